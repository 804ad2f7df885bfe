import { Ollama } from 'ollama';
import { request } from 'undici';
import type { Connection } from './types.ts';

const newline = 0x0a;

type Answer = Awaited<ReturnType<typeof request>>;

/**
 * The engine's stream in whole lines. Ollama's client prints a line it cannot parse, and a line cut short by a crash
 * holds part of an answer: what has no end is dropped here, and its loss shows as a missing last message.
 */
async function* wholeLines(body: Answer['body'], onBytes: () => void): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const chunk of body as AsyncIterable<Buffer>) {
    onBytes();
    const cut = chunk.lastIndexOf(newline) + 1;
    if (cut > 0) yield rest.length === 0 ? chunk.subarray(0, cut) : Buffer.concat([rest, chunk.subarray(0, cut)]);
    const tail = chunk.subarray(cut);
    rest = cut > 0 ? tail : Buffer.concat([rest, tail]);
  }
}

type Fetch = NonNullable<NonNullable<ConstructorParameters<typeof Ollama>[0]>['fetch']>;
type Asked = Omit<Parameters<typeof request>[1] & object, 'dispatcher'>;

/** A connection kept open from before breaks this soon when the engine behind it fell meanwhile. Milliseconds. */
const stale = 25;

/** The engine has seen nothing of the request: no connection came about, or the one kept open was dead already. */
function neverSent(thrown: unknown, after: number): boolean {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  if (['ECONNREFUSED', 'ENOENT', 'UND_ERR_DESTROYED', 'UND_ERR_CLOSED'].includes(code)) return true;
  return after < stale && ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].includes(code);
}

async function reach(connection: Connection, url: string, asked: Asked): Promise<Answer> {
  const began = performance.now();
  try {
    return await request(url, { ...asked, dispatcher: connection.dispatcher });
  } catch (thrown) {
    if (connection.renew === null || !neverSent(thrown, performance.now() - began)) throw thrown;
    return request(url, { ...asked, dispatcher: await connection.renew() });
  }
}

/** `request` follows no redirect, and brings the first token 0.3 ms sooner than `fetch` does. */
function fetchThrough(connection: Connection, signal: AbortSignal | undefined): Fetch {
  return async (input, init) => {
    const signals = [signal, init?.signal].filter((given) => given !== undefined && given !== null);
    const answer = await reach(connection, input as string, {
      method: init?.method ?? 'GET',
      headers: init?.headers as Record<string, string>,
      body: (init?.body ?? null) as string | null,
      ...(signals.length === 0 ? {} : { signal: AbortSignal.any(signals) }),
    });
    connection.onBytes();
    const type = String(answer.headers['content-type'] ?? '');
    const streams = type.includes('ndjson');
    const body = streams ? ReadableStream.from(wholeLines(answer.body, connection.onBytes)) : await answer.body.text();
    return new Response(body, { status: answer.statusCode, headers: { 'content-type': type } });
  };
}

/** One request's client: its signal also ends the wait for the first byte, which the client's own abort does not. */
export function ollamaFor(connection: Connection, signal?: AbortSignal): Ollama {
  // Ollama checks the Host header; `localhost` is the name it always accepts.
  return new Ollama({ host: 'http://localhost', fetch: fetchThrough(connection, signal) });
}
