import { CloisterError } from '../../../shared/errors.ts';
import type { ChatChunk, ChatRequest, EngineClient } from '../types.ts';
import { chat } from './chat.ts';
import { ollamaFor } from './connection.ts';
import { embedAll, embedBatchWith } from './embed.ts';
import { toCloisterError } from './errors.ts';
import { StallClock } from './stall.ts';
import { freeSlot } from './stuck-slot.ts';
import type { Connection } from './types.ts';

/** Questions about the engine itself are answered at once, or it is in trouble. */
const shortAnswer = 10_000;

async function explain(
  connection: Connection,
  thrown: unknown,
  signal: AbortSignal | undefined,
): Promise<CloisterError> {
  const error = toCloisterError(thrown, signal);
  if (error.code !== 'engine_failed') return error;
  await connection.settled();
  if (!connection.wasStopped()) return error;
  return new CloisterError('engine_stopped', 'The engine was stopped.', { cause: thrown });
}

/** Our codes for whatever goes wrong; a request is refused before it starts when its signal is aborted already. */
async function guarded<Value>(
  connection: Connection,
  signal: AbortSignal | undefined,
  work: () => Promise<Value>,
): Promise<Value> {
  try {
    if (signal?.aborted === true) throw new CloisterError('cancelled', 'The request was cancelled.');
    return await work();
  } catch (thrown) {
    throw await explain(connection, thrown, signal);
  }
}

/** Token by token, in its turn, and never waiting for a token longer than is sane. */
async function* guardedChat(
  connection: Connection,
  request: ChatRequest,
  signal: AbortSignal,
): AsyncGenerator<ChatChunk> {
  const clock = new StallClock();
  let [begun, whole] = [false, false];
  let endTurn: Awaited<ReturnType<typeof connection.turns.take>> | null = null;
  try {
    if (signal.aborted) throw new CloisterError('cancelled', 'The request was cancelled.');
    endTurn = await connection.turns.take(request.model, signal);
    const ollama = ollamaFor(connection, AbortSignal.any([signal, clock.signal]));
    for await (const chunk of clock.watch(chat(ollama, request), connection.patience)) {
      begun = true;
      whole = chunk.done;
      if (chunk.text !== '' || chunk.done || chunk.thinking !== undefined || chunk.toolCalls !== undefined) yield chunk;
    }
  } catch (thrown) {
    throw await explain(connection, thrown, signal);
  } finally {
    // Nothing is stuck before the first token, unless it never came.
    const left = (begun && !whole) || clock.hasStalled;
    endTurn?.(left ? freeSlot(connection, request) : undefined);
  }
}

export function createClient(connection: Connection): EngineClient {
  const ask = <Value>(question: (ollama: ReturnType<typeof ollamaFor>) => Promise<Value>): Promise<Value> => {
    const signal = AbortSignal.timeout(shortAnswer);
    return guarded(connection, undefined, () => question(ollamaFor(connection, signal)));
  };
  return {
    chat: (request, signal) => guardedChat(connection, request, signal),
    embed: (model, texts, signal) =>
      guarded(connection, signal, () => embedAll(embedBatchWith(connection, model, signal), texts)),
    loaded: () =>
      ask(async (ollama) => {
        const { models } = await ollama.ps();
        return models.map((model) => ({ name: model.name, bytes: model.size, gpuBytes: model.size_vram }));
      }),
    unload: (model) =>
      ask(async (ollama) => {
        await ollama.generate({ model, prompt: '', keep_alive: 0 });
      }),
    version: () => ask(async (ollama) => (await ollama.version()).version),
  };
}
