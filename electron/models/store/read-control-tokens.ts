import { readControlTokens } from '../gguf/control-tokens.ts';
import { identityOf, lookAtRegular, openRegular } from './files.ts';
import { blobSegments } from './layout.ts';
import { weightsOf, type Manifest } from './manifest.ts';

/** Reads the control tokens of a store's weights, each list once for as long as its file stays the same. */
export function createControlTokenReader(store: string) {
  const known = new Map<string, { identity: string; tokens: readonly string[] }>();
  return async function read(manifest: Manifest): Promise<readonly string[]> {
    const { digest } = weightsOf(manifest);
    const segments = blobSegments(digest);
    const earlier = known.get(digest);
    if (earlier !== undefined && earlier.identity === identityOf(lookAtRegular(store, segments))) return earlier.tokens;
    const file = await openRegular(store, segments);
    try {
      const identity = identityOf(await file.stat({ bigint: true }));
      const tokens = await readControlTokens(file);
      known.set(digest, { identity, tokens });
      return tokens;
    } finally {
      await file.close();
    }
  };
}
