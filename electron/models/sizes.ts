/** Decimal gigabytes with one digit, as shops, downloads and the engine's own lists count. */
export const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
