import { Ollama } from 'ollama';
import { fetch as undiciFetch, type RequestInit, type Response } from 'undici';
import type { Connection } from './types.ts';

const newline = 0x0a;

/**
 * The engine's stream in whole lines. Ollama's client prints a line it cannot parse, and a line cut short by a crash
 * holds part of an answer: what has no end is dropped here, and its loss shows as a missing last message.
 */
function wholeLines(body: ReadableStream<Uint8Array>, onBytes: () => void): ReadableStream<Uint8Array> {
  let rest: Uint8Array = new Uint8Array(0);
  const lines = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, out) => {
      onBytes();
      const cut = chunk.lastIndexOf(newline) + 1;
      if (cut > 0)
        out.enqueue(rest.length === 0 ? chunk.subarray(0, cut) : Buffer.concat([rest, chunk.subarray(0, cut)]));
      const tail = chunk.subarray(cut);
      rest = cut > 0 ? tail : Buffer.concat([rest, tail]);
    },
  });
  return body.pipeThrough(lines);
}

type Fetch = NonNullable<NonNullable<ConstructorParameters<typeof Ollama>[0]>['fetch']>;

/** No connection came about, so the engine has seen nothing of the request. */
function neverSent(thrown: unknown): boolean {
  const cause = thrown instanceof Error ? (thrown.cause as { code?: unknown } | undefined) : undefined;
  return ['ECONNREFUSED', 'ENOENT', 'UND_ERR_DESTROYED', 'UND_ERR_CLOSED'].includes(String(cause?.code));
}

async function reach(connection: Connection, url: string, init: RequestInit): Promise<Response> {
  try {
    return await undiciFetch(url, { ...init, dispatcher: connection.dispatcher });
  } catch (thrown) {
    if (connection.renew === null || !neverSent(thrown)) throw thrown;
    return undiciFetch(url, { ...init, dispatcher: await connection.renew() });
  }
}

function fetchThrough(connection: Connection, signal: AbortSignal | undefined): Fetch {
  return async (input, init) => {
    const signals = [signal, init?.signal].filter((given) => given !== undefined && given !== null);
    const response = await reach(connection, input as string, {
      method: init?.method ?? 'GET',
      headers: init?.headers as Record<string, string>,
      body: (init?.body ?? null) as string | null,
      redirect: 'error',
      ...(signals.length === 0 ? {} : { signal: AbortSignal.any(signals) }),
    });
    connection.onBytes();
    const { status, statusText, headers } = response;
    const streams = headers.get('content-type')?.includes('ndjson') === true && response.body !== null;
    const body = streams ? wholeLines(response.body, connection.onBytes) : await response.arrayBuffer();
    return new globalThis.Response(body, { status, statusText, headers: [...headers] });
  };
}

/** One request's client: its signal also ends the wait for the first byte, which the client's own abort does not. */
export function ollamaFor(connection: Connection, signal?: AbortSignal): Ollama {
  // Ollama checks the Host header; `localhost` is the name it always accepts.
  return new Ollama({ host: 'http://localhost', fetch: fetchThrough(connection, signal) });
}
