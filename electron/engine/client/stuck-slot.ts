import type { ChatRequest } from '../types.ts';
import { toOllama } from './chat.ts';
import { ollamaFor } from './connection.ts';
import type { Connection } from './types.ts';

/** A slot that is free answers in 3 ms; this is for a machine that is busy with everything else. Milliseconds. */
const patience = 3_000;

/**
 * Sees to it that an answer left before its end has given its slot back.
 *
 * Up to 0.32.15 Ollama hands each token on to whoever writes the response (server/routes.go, `handleNativeChat`), waiting
 * without an end. When the caller leaves while a token is on its way, nobody takes it, the answer is never over, and it
 * keeps the model's only slot: every later question waits for ever. Seen once in 100 answers left early at 800 tokens a
 * second. Nothing tells such a slot from a busy one but a question nobody else is ahead of. This asks for a form that no
 * grammar has: the runner refuses it before it reads the prompt, so what it remembers of the talk stays. A slot that keeps
 * it waiting is given up with its runner; the next answer loads the model anew.
 */
export async function freeSlot(connection: Connection, request: ChatRequest): Promise<void> {
  if (connection.wasStopped()) return;
  const here = { ...connection, renew: null };
  const late = AbortSignal.timeout(patience);
  // The same options as the answer's own: others would load the model anew.
  const form = { ...toOllama({ ...request, maxTokens: 1 }), stream: false as const, format: { type: 'none' } };
  await ollamaFor(here, late)
    .chat(form)
    .catch(() => undefined);
  if (!late.aborted || connection.wasStopped()) return;
  await ollamaFor(here, AbortSignal.timeout(patience))
    .generate({ model: request.model, prompt: '', keep_alive: 0 })
    .catch(() => undefined);
}
