import type { WeightFacts } from '../gguf/facts.ts';
import { readGgufHeader } from '../gguf/header.ts';
import { projectorOf, type Projector } from '../gguf/projector.ts';
import type { Digest } from '../digests.ts';
import { openRegular } from './files.ts';
import { blobSegments } from './layout.ts';
import type { Manifest } from './manifest.ts';

const mediaType = 'application/vnd.ollama.image.projector';

/** What sees a model's pictures, when it has a file of its own; its size alone where its header cannot be read. */
export async function readProjector(place: (digest: Digest) => string, manifest: Manifest): Promise<Projector | null> {
  const layer = manifest.layers.find((each) => each.mediaType === mediaType);
  if (layer === undefined) return null;
  try {
    const file = await openRegular(place(layer.digest), blobSegments(layer.digest));
    try {
      return projectorOf(await readGgufHeader(file));
    } finally {
      await file.close();
    }
  } catch {
    return { weightBytes: layer.size, graphBytes: 0 };
  }
}

/** The weights’ facts with the memory that pictures need. */
export const seeing = (facts: WeightFacts, projector: Projector | null): WeightFacts => ({
  ...facts,
  sizing: { ...facts.sizing, projector },
});
