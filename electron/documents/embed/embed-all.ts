import { CloisterError, codeOf } from '../../../shared/errors.ts';
import type { Embedder } from '../types.ts';

export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new CloisterError('cancelled', 'This was stopped.');
}

/** Embeds texts of any length: one that the model cannot read whole is read in halves. One vector a text, in order. */
export async function embedAll(
  embedder: Embedder,
  texts: readonly string[],
  signal?: AbortSignal,
): Promise<Float32Array[]> {
  try {
    return checked(await embedder.embed(texts, signal), texts.length);
  } catch (thrown) {
    if (codeOf(thrown) !== 'too_large') throw thrown;
    const [only, ...others] = texts;
    if (only === undefined) return [];
    if (others.length === 0) return [await embedInHalves(embedder, only, signal)];
    const middle = texts.length >> 1;
    return [
      ...(await embedAll(embedder, texts.slice(0, middle), signal)),
      ...(await embedAll(embedder, texts.slice(middle), signal)),
    ];
  }
}

/** The middle between the vectors of the two halves. */
async function embedInHalves(embedder: Embedder, text: string, signal?: AbortSignal): Promise<Float32Array> {
  if (text.length < 64) throw new CloisterError('engine_failed', 'The embedding model refuses even short texts.');
  const space = text.indexOf(' ', text.length >> 1);
  const middle = space > 0 && space < text.length - 1 ? space : text.length >> 1;
  const [first, second] = await embedAll(embedder, [text.slice(0, middle), text.slice(middle)], signal);
  if (first === undefined || second === undefined) throw new RangeError('Two texts have two vectors.');
  return first.map((value, at) => (value + (second[at] ?? 0)) / 2);
}

function checked(vectors: Float32Array[], wanted: number): Float32Array[] {
  const size = vectors[0]?.length ?? 0;
  const sound = vectors.every((vector) => vector.length === size && size > 0 && vector.every(Number.isFinite));
  if (sound && vectors.length === wanted) return vectors;
  throw new CloisterError('engine_failed', 'The embedding model gave back something that is no vector.');
}
