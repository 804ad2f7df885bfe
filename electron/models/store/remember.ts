import { identityOf, isSettled, lookAtRegular, readRegular } from './files.ts';

/**
 * Reads small files of a store, each once for as long as it is the same file with the same times: every request looks at
 * several, and reading costs ten times what looking does. Throws as `readRegular` and `parse` do, each time.
 */
export function createRememberingReader<Value>(root: string, maximum: number, parse: (bytes: Buffer) => Value) {
  const known = new Map<string, { readonly identity: string; readonly value: Value }>();
  return async function read(segments: readonly string[]): Promise<Value> {
    const key = segments.join('/');
    const found = lookAtRegular(root, segments);
    const identity = identityOf(found);
    const earlier = known.get(key);
    if (earlier?.identity === identity) return earlier.value;
    known.delete(key);
    const value = parse(await readRegular(root, segments, maximum));
    if (isSettled(found) && identityOf(lookAtRegular(root, segments)) === identity) known.set(key, { identity, value });
    return value;
  };
}
