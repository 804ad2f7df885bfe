import { getCACertificates } from 'node:tls';
import { Worker } from 'node:worker_threads';
import { CloisterError } from '../../shared/errors.ts';
import type { Ask, Failure, Order, Permission, Reply, Saving } from './thread/messages.ts';

/** What a server answered to one request; no redirect is followed. */
export interface Arrived {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string | null>;
  readonly body: AsyncIterable<Uint8Array>;
  /** Instead of `body`. Settles only when nothing is written any more. */
  readonly save: (saving: Saving, onSaved: (bytes: number) => void) => Promise<void>;
  readonly cancel: () => void;
}

/** The main thread's end of the thread that opens a lease's connections. */
export interface Transport {
  ask(request: Pick<Ask, 'method' | 'url' | 'headers'>, signal: AbortSignal): Promise<Arrived>;
  close(): void;
}

function errorOf({ kind, code, message }: Failure): Error {
  if (kind === 'silent') return new CloisterError('timeout', 'The server stopped sending.');
  if (kind === 'not_http')
    return new CloisterError(
      'not_available',
      'The server answered with something that is not HTTP. Check the address.',
    );
  if (kind === 'too_much') return new CloisterError('too_large', message);
  return code === null ? new Error(message) : Object.assign(new Error(message), { code });
}

/** One request, as the thread tells of it. */
class Exchange {
  readonly head = Promise.withResolvers<Extract<Reply, { kind: 'head' }>>();
  /** Rejects with what ended it early. */
  readonly ended = Promise.withResolvers<undefined>();
  readonly pieces: Uint8Array[] = [];
  onPiece: () => void = () => undefined;
  onSaved: (bytes: number) => void = () => undefined;
  isOver = false;

  constructor() {
    this.head.promise.catch(() => undefined);
    this.ended.promise.catch(() => undefined);
  }

  end(thrown: unknown): void {
    this.isOver = true;
    if (thrown === null) this.ended.resolve(undefined);
    else this.ended.reject(thrown);
    this.head.reject(thrown ?? new Error('The request was given up.'));
    this.onPiece();
  }

  hear(reply: Reply): void {
    if (reply.kind === 'head') this.head.resolve(reply);
    else if (reply.kind === 'saved') this.onSaved(reply.bytes);
    else if (reply.kind === 'end') this.end(reply.failure === null ? null : errorOf(reply.failure));
    else {
      this.pieces.push(reply.bytes);
      this.onPiece();
    }
  }
}

/** Starts the thread with the first request. It has no environment, and knows the addresses that it may open. */
export function createTransport(entry: string, hosts: readonly string[], silence: number): Transport {
  const exchanges = new Map<number, Exchange>();
  let thread: Worker | null = null;
  let isClosed = false;
  let last = 0;

  const fail = (thrown: unknown): void => {
    for (const exchange of exchanges.values()) exchange.end(thrown);
    exchanges.clear();
  };
  const started = (): Worker => {
    if (thread !== null) return thread;
    const permission: Permission = { hosts, authorities: getCACertificates('default'), silence };
    const made = new Worker(entry, { name: 'egress', workerData: permission, env: {}, argv: [], execArgv: [] });
    made.on('message', (reply: Reply) => {
      const exchange = exchanges.get(reply.id);
      if (reply.kind === 'end') exchanges.delete(reply.id);
      exchange?.hear(reply);
    });
    made.on('error', (thrown) => fail(thrown));
    made.on('exit', () => fail(new Error('The thread of the connection ended.')));
    return (thread = made);
  };
  const send = (order: Order): void => thread?.postMessage(order);

  async function* bodyOf(id: number, exchange: Exchange, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        signal.throwIfAborted();
        const piece = exchange.pieces.shift();
        if (piece !== undefined) {
          yield piece;
          continue;
        }
        if (exchange.isOver) {
          await exchange.ended.promise;
          return;
        }
        const news = Promise.withResolvers<undefined>();
        exchange.onPiece = () => news.resolve(undefined);
        signal.addEventListener('abort', exchange.onPiece, { once: true });
        send({ kind: 'more', id });
        await news.promise;
        signal.removeEventListener('abort', exchange.onPiece);
      }
    } finally {
      send({ kind: 'cancel', id });
    }
  }

  return {
    async ask(request, signal) {
      signal.throwIfAborted();
      if (isClosed) throw new Error('The connection was closed.');
      const id = ++last;
      const exchange = new Exchange();
      exchanges.set(id, exchange);
      const cancel = (): void => send({ kind: 'cancel', id });
      signal.addEventListener('abort', cancel, { once: true });
      void exchange.ended.promise.catch(() => undefined).finally(() => signal.removeEventListener('abort', cancel));
      started().postMessage({ kind: 'ask', id, ...request } satisfies Order);
      const { status, headers } = await exchange.head.promise.catch((thrown: unknown) => {
        signal.throwIfAborted();
        throw thrown;
      });
      return {
        status,
        headers,
        body: bodyOf(id, exchange, signal),
        async save(saving, onSaved) {
          exchange.onSaved = onSaved;
          send({ kind: 'save', id, saving });
          await exchange.ended.promise.catch((thrown: unknown) => {
            signal.throwIfAborted();
            throw thrown;
          });
          signal.throwIfAborted();
        },
        cancel,
      };
    },
    close() {
      isClosed = true;
      void thread?.terminate();
    },
  };
}
