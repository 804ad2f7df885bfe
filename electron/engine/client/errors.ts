import { CloisterError } from '../../../shared/errors.ts';

/** What the engine says when the input does not fit: Ollama's own words, and llama-server's. */
const tooLong = /exceeds the (?:available )?context (?:length|size)|input is too large to process/i;
const noSuchModel = /model ['"].*['"] not found|model not found/i;
const tooBigForMemory =
  /requires more system memory|out of memory|insufficient memory|(?:cudaMalloc|hipMalloc|vkAllocateMemory) failed|unable to allocate|failed to allocate|signal: killed/i;
const cannotEmbed = /does not support embeddings/i;
const cannotChat = /does not support chat/i;

/** Our error for what the engine or the connection to it said. The engine's own words may hold input and are kept out. */
export function toCloisterError(thrown: unknown, signal: AbortSignal | undefined): CloisterError {
  if (thrown instanceof CloisterError) return thrown;
  if (signal?.aborted === true) return new CloisterError('cancelled', 'The request was cancelled.', { cause: thrown });
  const words = thrown instanceof Error ? thrown.message : String(thrown);
  if (tooLong.test(words)) return new CloisterError('too_large', 'The text is longer than the model can take in.');
  if (noSuchModel.test(words)) return new CloisterError('model_missing', 'The engine does not have this model.');
  if (tooBigForMemory.test(words)) return new CloisterError('model_too_large', 'The model does not fit into memory.');
  if (cannotEmbed.test(words) || cannotChat.test(words)) {
    return new CloisterError('bad_request', 'This model cannot do that: chat models chat, embedding models embed.');
  }
  return new CloisterError('engine_failed', 'The engine stopped answering. Try again.', { cause: thrown });
}
