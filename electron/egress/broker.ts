import { Agent, request, type Dispatcher } from 'undici';
import type { EgressStatus } from '../../shared/contract/types.ts';
import { CloisterError } from '../../shared/errors.ts';
import { redirectRefusal, refusalOf } from './allow-list.ts';
import { createLedger, type Ledger } from './ledger.ts';
import type { EgressAnswer, EgressBroker, EgressLease, EgressRequest } from './types.ts';

/** A registry answers a blob with one redirect to its storage; more than a few is a loop. */
const maximumRedirects = 5;
const redirects = new Set([301, 302, 303, 307, 308]);

/** Milliseconds until a server must have accepted a connection. */
const connectWithin = 10_000;

const denied = (host: string, reason: string): CloisterError =>
  new CloisterError('egress_denied', `The connection to ${host} was refused: it is not allowed for this purpose.`, {
    detail: { host, reason },
  });

const hostOf = (address: string): string => (URL.canParse(address) ? new URL(address).host : 'an invalid address');

/** The codes of Node's TLS for a certificate that proves nothing; the others are failures of the line. */
const certificateCodes = /^(?:ERR_TLS_CERT_\w+|HOSTNAME_MISMATCH|INVALID_CA|UNABLE_TO_(?:GET|VERIFY)_\w+|\w*CERT\w*)$/;

/** Trying again does not change a certificate: it gets a code of its own. */
function fromConnection(thrown: unknown, host: string): unknown {
  const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : null;
  if (typeof code !== 'string' || !certificateCodes.test(code)) return thrown;
  return new CloisterError(
    'egress_denied',
    `${host} could not prove who it is: its certificate does not hold. Nothing was sent.`,
    { detail: { host, reason: 'certificate' }, cause: thrown },
  );
}

type Arrived = Pick<Dispatcher.ResponseData, 'statusCode' | 'headers' | 'body'>;

/**
 * The pieces as the connection brings them, counted. Not by the stream's own iterator: it joins what waits into new, larger pieces, which
 * costs a copy and much collection.
 */
async function* counted(body: Arrived['body'], count: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  const waiting: Uint8Array[] = [];
  const end: { isThere: boolean; failure: { readonly thrown: unknown } | null } = { isThere: false, failure: null };
  let news = Promise.withResolvers<undefined>();
  body.on('data', (piece: Uint8Array) => {
    waiting.push(piece);
    body.pause();
    news.resolve(undefined);
  });
  body.on('error', (thrown: unknown) => {
    end.failure = { thrown };
    news.resolve(undefined);
  });
  body.on('close', () => {
    end.isThere = true;
    news.resolve(undefined);
  });
  body.on('end', () => {
    end.isThere = true;
    news.resolve(undefined);
  });
  try {
    for (;;) {
      const piece = waiting.shift();
      if (piece !== undefined) {
        count(piece.byteLength);
        yield piece;
        continue;
      }
      if (end.failure !== null) throw end.failure.thrown;
      if (end.isThere) return;
      news = Promise.withResolvers<undefined>();
      body.resume();
      await news.promise;
    }
  } finally {
    body.destroy();
  }
}

function answerOf({ statusCode, headers, body }: Arrived, url: string, count: (bytes: number) => void): EgressAnswer {
  // An answer that nobody reads on ends with an error; nobody waits for it.
  body.on('error', () => undefined);
  return {
    status: statusCode,
    url,
    header(name) {
      const value = headers[name];
      return typeof value === 'string' ? value : null;
    },
    body: counted(body, count),
    cancel: () => void body.destroy(),
  };
}

/** For callers to whom the cost of web streams does not matter. */
function responseOf(answer: EgressAnswer, { headers }: Pick<Arrived, 'headers'>): Response {
  const fields = Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value ?? '']).map((each): [string, string] => [name, each]),
  );
  const source: AsyncIterator<Uint8Array, unknown> = answer.body[Symbol.asyncIterator]();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await source.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
    cancel: () => answer.cancel(),
  });
  const isEmpty = [204, 205, 304].includes(answer.status);
  return new Response(isEmpty ? null : body, { status: answer.status, headers: fields });
}

/** Headers that name the person or their rights never follow a redirect to another host. */
function headersFor(init: EgressRequest, from: string, to: string): Record<string, string> {
  const headers = { ...init.headers };
  if (new URL(from).origin === new URL(to).origin) return headers;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(authorization|cookie)$/i.test(name)));
}

function createLease(purpose: string, hosts: readonly string[], ledger: Ledger, onClose: () => void): EgressLease {
  // A dispatcher of its own: no proxy of the environment, no shared cookies, gone with the lease.
  const dispatcher = new Agent({
    // Said, so that NODE_TLS_REJECT_UNAUTHORIZED in the environment cannot switch the check of certificates off.
    connect: { timeout: connectWithin, rejectUnauthorized: true },
    // Several connections to one host are several lanes; HTTP/2 would make one of them.
    allowH2: false,
    headersTimeout: 60_000,
    bodyTimeout: 60_000,
  });
  const ended = new AbortController();

  const once = async (address: string, init: EgressRequest) => {
    const reason = ended.signal.aborted ? 'closed' : refusalOf(address, hosts);
    const attempt = ledger.note({ host: hostOf(address), purpose, allowed: reason === null });
    if (reason !== null) throw denied(hostOf(address), reason);
    const signal = init.signal === undefined ? ended.signal : AbortSignal.any([init.signal, ended.signal]);
    const arrived = await request(address, {
      method: init.method ?? 'GET',
      headers: init.headers ?? {},
      dispatcher,
      signal,
    }).catch((thrown: unknown) => {
      throw fromConnection(thrown, hostOf(address));
    });
    return { arrived, answer: answerOf(arrived, address, attempt.received) };
  };

  /** Follows redirects itself: each address is judged and written down before it is asked. */
  const follow = async (address: string, init: EgressRequest) => {
    let at = address;
    let next = init;
    for (let hop = 0; hop <= maximumRedirects; hop += 1) {
      const { arrived, answer } = await once(at, next);
      const location = redirects.has(answer.status) ? answer.header('location') : null;
      if (location === null) return { arrived, answer };
      answer.cancel();
      const target = URL.parse(location, at)?.href ?? location;
      const reason = URL.canParse(target) ? redirectRefusal(at, target) : null;
      if (reason !== null) {
        ledger.note({ host: hostOf(target), purpose, allowed: false });
        throw denied(hostOf(target), reason);
      }
      next = { ...next, headers: URL.canParse(target) ? headersFor(next, at, target) : {} };
      at = target;
    }
    throw denied(hostOf(at), 'too_many_redirects');
  };

  return {
    stream: async (address, init = {}) => (await follow(address, init)).answer,
    async fetch(address, init = {}) {
      const { arrived, answer } = await follow(address, init);
      return responseOf(answer, arrived);
    },
    close() {
      if (ended.signal.aborted) return;
      ended.abort(new CloisterError('egress_denied', 'The way out was closed.'));
      void dispatcher.destroy();
      onClose();
    },
  };
}

/** The one way out. Closed until a named feature takes a lease; everything that is tried is written down. */
export function createEgressBroker(now: () => Date = () => new Date()): EgressBroker {
  const leases = new Set<EgressLease>();
  const listeners = new Set<(status: EgressStatus) => void>();
  const status = (): EgressStatus => ({ open: leases.size > 0, ...ledger.totals() });
  const tell = (): void => {
    for (const listener of listeners) listener(status());
  };
  const ledger = createLedger(now, tell);
  return {
    open(purpose, hosts) {
      const lease = createLease(purpose, hosts, ledger, () => {
        leases.delete(lease);
        tell();
      });
      leases.add(lease);
      tell();
      return lease;
    },
    status,
    attempts: () => ledger.attempts(),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
