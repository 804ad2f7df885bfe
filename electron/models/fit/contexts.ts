/** The shortest context with which the inference path runs a model: what is shown as fitting is never refused. Tokens. */
export const modestContext = 2048;

const steps = [131_072, 65_536, 32_768, 16_384, 8192, 4096] as const;

/**
 * Lengths to try, longest first: what the model was made for (0: unknown) or the most that is wanted, then halves, down to
 * the shortest that is of use.
 */
export function contextsFor(modelContext: number, most: number): number[] {
  const longest = modelContext > 0 ? Math.min(modelContext, most) : most;
  if (longest <= modestContext) return [longest];
  return [longest, ...steps.filter((step) => step < longest), modestContext];
}
