import { Ollama } from 'ollama';
import { fetch as undiciFetch, type Dispatcher } from 'undici';

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

function fetchThrough(dispatcher: Dispatcher, signal: AbortSignal | undefined, onBytes: () => void): Fetch {
  return async (input, init) => {
    const signals = [signal, init?.signal].filter((given) => given !== undefined && given !== null);
    const response = await undiciFetch(input as string, {
      method: init?.method ?? 'GET',
      headers: init?.headers as Record<string, string>,
      body: (init?.body ?? null) as string | null,
      dispatcher,
      redirect: 'error',
      ...(signals.length === 0 ? {} : { signal: AbortSignal.any(signals) }),
    });
    onBytes();
    const streams = response.headers.get('content-type')?.includes('ndjson') === true;
    const { status, statusText, headers } = response;
    const body = streams && response.body !== null ? wholeLines(response.body, onBytes) : await response.arrayBuffer();
    return new Response(body, { status, statusText, headers: [...headers] });
  };
}

/** One request's client: its signal also ends the wait for the first byte, which the client's own abort does not. */
export function ollamaFor(dispatcher: Dispatcher, signal?: AbortSignal, onBytes: () => void = () => undefined): Ollama {
  // Ollama checks the Host header; `localhost` is the name it always accepts.
  return new Ollama({ host: 'http://localhost', fetch: fetchThrough(dispatcher, signal, onBytes) });
}
