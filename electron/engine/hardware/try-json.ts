/** What a program of the system wrote, as JSON; undefined when it wrote something else. */
export function tryJson(output: string): unknown {
  try {
    return JSON.parse(output.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

/** The document in what a program wrote: warnings may stand before it and words behind it. */
export function jsonIn(output: string): unknown {
  const whole = tryJson(output);
  if (whole !== undefined) return whole;
  for (const [open, close] of [
    ['{', '}'],
    ['[', ']'],
  ] as const) {
    const [start, end] = [output.search(new RegExp(`^\\s*\\${open}`, 'm')), output.lastIndexOf(close)];
    const found = start < 0 || end < start ? undefined : tryJson(output.slice(start, end + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}
