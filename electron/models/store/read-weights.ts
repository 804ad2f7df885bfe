import { CloisterError } from '../../../shared/errors.ts';
import { weightFacts, type WeightFacts } from '../gguf/facts.ts';
import { readGgufHeader } from '../gguf/header.ts';
import type { Digest } from '../digests.ts';
import { identityOf, lookAtRegular, openRegular } from './files.ts';
import { blobSegments } from './layout.ts';
import { weightsOf, type Manifest } from './manifest.ts';
import { readProjector, seeing } from './read-projector.ts';

/** The facts of a GGUF file below `root`. Throws `unsupported_type` when the header does not hold. */
export async function readWeightFile(root: string, segments: readonly string[]): Promise<WeightFacts> {
  const file = await openRegular(root, segments);
  try {
    return weightFacts(await readGgufHeader(file));
  } finally {
    await file.close();
  }
}

/** Reads the headers of weights, each once for as long as its file stays the same. `place`: the folder that holds a layer. */
export function createWeightReader(place: (digest: Digest) => string) {
  const known = new Map<string, { identity: string; facts: WeightFacts }>();
  return async function read(manifest: Manifest): Promise<WeightFacts> {
    const { digest, size } = weightsOf(manifest);
    const earlier = known.get(digest);
    const store = place(digest);
    const segments = blobSegments(digest);
    if (earlier !== undefined && earlier.identity === identityOf(lookAtRegular(store, segments))) return earlier.facts;
    const file = await openRegular(store, segments);
    try {
      const found = await file.stat({ bigint: true });
      const identity = identityOf(found);
      if (Number(found.size) !== size)
        throw new CloisterError('model_changed', 'The weights have another length than their manifest says.');
      const facts = seeing(weightFacts(await readGgufHeader(file)), await readProjector(place, manifest));
      known.set(digest, { identity, facts });
      return facts;
    } finally {
      await file.close();
    }
  };
}
