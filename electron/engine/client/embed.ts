import { CloisterError, codeOf } from '../../../shared/errors.ts';
import { ollamaFor } from './connection.ts';
import { toCloisterError } from './errors.ts';
import { neverEmbedded, StallClock } from './stall.ts';
import type { Connection } from './types.ts';

/** Measured: 128 texts of 800 characters in one call run 1.6 times as fast as one by one, and more gain nothing. */
const batchSize = 128;
/** More than the embedders in use take (256 to 2048); the engine lowers it to what the model was trained for. */
const contextTokens = 2048;
/** Taking in a folder pauses for parsing; the model must not be loaded anew each time. */
const embedKeepAlive = '5m';

/** Unit length, in single precision. A vector of nothing or with holes would poison every search: refused. */
export function normalise(values: readonly number[]): Float32Array {
  const vector = Float32Array.from(values);
  let sum = 0;
  for (const value of vector) sum += value * value;
  const length = Math.sqrt(sum);
  if (!Number.isFinite(length) || length === 0) {
    throw new CloisterError('engine_failed', 'The engine gave a vector that means nothing.');
  }
  for (let index = 0; index < vector.length; index++) vector[index] = (vector[index] ?? 0) / length;
  return vector;
}

type EmbedBatch = (texts: readonly string[]) => Promise<Float32Array[]>;

export function embedBatchWith(connection: Connection, model: string, signal: AbortSignal | undefined): EmbedBatch {
  return async (texts) => {
    const clock = new StallClock();
    const ollama = ollamaFor(
      connection,
      AbortSignal.any(signal === undefined ? [clock.signal] : [signal, clock.signal]),
    );
    const { embedding, embeddedText } = connection.patience;
    const asked = ollama.embed({
      model,
      input: [...texts],
      truncate: false,
      keep_alive: embedKeepAlive,
      options: { num_ctx: contextTokens },
    });
    const answer = await clock
      .wait(asked, embedding + texts.length * embeddedText, neverEmbedded)
      .catch((thrown: unknown) => {
        throw toCloisterError(thrown, signal);
      });
    if (answer.embeddings.length !== texts.length) {
      throw new CloisterError('engine_failed', 'The engine did not answer for every text.');
    }
    return answer.embeddings.map(normalise);
  };
}

/** Finds which text is too long by halving: the engine only says that one of them is. */
async function firstTooLong(batch: EmbedBatch, texts: readonly string[], from: number): Promise<number> {
  if (texts.length === 1) return from;
  const half = Math.ceil(texts.length / 2);
  const left = texts.slice(0, half);
  const fits = await batch(left).then(
    () => true,
    (thrown: unknown) => {
      if (codeOf(thrown) === 'too_large') return false;
      throw thrown;
    },
  );
  return fits ? firstTooLong(batch, texts.slice(half), from + half) : firstTooLong(batch, left, from);
}

/** One unit vector for each text, in order. `too_large` carries `detail.index`, the first text that does not fit. */
export async function embedAll(batch: EmbedBatch, texts: readonly string[]): Promise<Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (let start = 0; start < texts.length; start += batchSize) {
    const part = texts.slice(start, start + batchSize);
    try {
      vectors.push(...(await batch(part)));
    } catch (thrown) {
      if (codeOf(thrown) !== 'too_large') throw thrown;
      const index = await firstTooLong(batch, part, start);
      throw new CloisterError('too_large', 'A text is longer than the embedding model can take in.', {
        detail: { index },
      });
    }
  }
  return vectors;
}
