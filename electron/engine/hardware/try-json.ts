/** What a program of the system wrote, as JSON; undefined when it wrote something else. */
export function tryJson(output: string): unknown {
  try {
    return JSON.parse(output.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}
