import type { FileHandle } from 'node:fs/promises';
import { readControlTokens } from '../gguf/control-tokens.ts';
import { identityOf, openRegular } from './files.ts';
import { blobSegments } from './layout.ts';
import { weightsOf, type Manifest } from './manifest.ts';

/** Reads the control tokens of a store's weights, each list once for as long as its file stays the same. */
export function createControlTokenReader(store: string) {
  const known = new Map<string, { identity: string; tokens: readonly string[] }>();
  const readFrom = async (file: FileHandle, digest: string): Promise<readonly string[]> => {
    const identity = identityOf(await file.stat({ bigint: true }));
    const earlier = known.get(digest);
    if (earlier?.identity === identity) return earlier.tokens;
    const tokens = await readControlTokens(file);
    known.set(digest, { identity, tokens });
    return tokens;
  };
  return async function read(manifest: Manifest): Promise<readonly string[]> {
    const { digest } = weightsOf(manifest);
    const file = await openRegular(store, blobSegments(digest));
    try {
      return await readFrom(file, digest);
    } finally {
      await file.close();
    }
  };
}
