export const gibibytes = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;

/** A reason as the end of a sentence. */
export const engineEnd = (reason: string | null): string => `${reason ?? 'no reason known'}.`;
