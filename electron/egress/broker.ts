import { Agent, fetch as undiciFetch } from 'undici';
import type { EgressStatus } from '../../shared/contract/types.ts';
import { CloisterError } from '../../shared/errors.ts';
import { refusalOf } from './allow-list.ts';
import { createLedger, type Ledger } from './ledger.ts';
import type { EgressBroker, EgressLease } from './types.ts';

/** A registry answers a blob with one redirect to its storage; more than a few is a loop. */
const maximumRedirects = 5;
const redirects = new Set([301, 302, 303, 307, 308]);

/** Milliseconds until a server must have accepted a connection. */
const connectWithin = 10_000;

type Init = NonNullable<Parameters<EgressLease['fetch']>[1]>;

const denied = (host: string, reason: string): CloisterError =>
  new CloisterError('egress_denied', `The connection to ${host} was refused: it is not allowed for this purpose.`, {
    detail: { host, reason },
  });

const hostOf = (address: string): string => (URL.canParse(address) ? new URL(address).host : 'an invalid address');

type Arrived = Pick<Awaited<ReturnType<typeof undiciFetch>>, 'body' | 'status' | 'statusText'> & {
  readonly headers: Iterable<readonly [string, string]>;
};

/** Counts what arrives while it is read; the caller sees an ordinary response. */
function counted({ body, status, statusText, headers }: Arrived, count: (bytes: number) => void): Response {
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      count(chunk.byteLength);
      controller.enqueue(chunk);
    },
  });
  const fields = Array.from(headers, ([name, value]): [string, string] => [name, value]);
  return new Response(body?.pipeThrough(counter) ?? null, { status, statusText, headers: fields });
}

/** Headers that name the person or their rights never follow a redirect to another host. */
function headersFor(init: Init, from: string, to: string): Record<string, string> {
  const headers = { ...init.headers };
  if (new URL(from).origin === new URL(to).origin) return headers;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(authorization|cookie)$/i.test(name)));
}

function createLease(purpose: string, hosts: readonly string[], ledger: Ledger, onClose: () => void): EgressLease {
  // A dispatcher of its own: no proxy of the environment, no shared cookies, gone with the lease.
  const dispatcher = new Agent({
    // Said, so that NODE_TLS_REJECT_UNAUTHORIZED in the environment cannot switch the check of certificates off.
    connect: { timeout: connectWithin, rejectUnauthorized: true },
    headersTimeout: 60_000,
    bodyTimeout: 60_000,
  });
  const ended = new AbortController();

  const once = async (address: string, init: Init): Promise<Response> => {
    const reason = ended.signal.aborted ? 'closed' : refusalOf(address, hosts);
    const attempt = ledger.note({ host: hostOf(address), purpose, allowed: reason === null });
    if (reason !== null) throw denied(hostOf(address), reason);
    const signal = init.signal === undefined ? ended.signal : AbortSignal.any([init.signal, ended.signal]);
    const response = await undiciFetch(address, {
      method: init.method ?? 'GET',
      headers: init.headers ?? {},
      redirect: 'manual',
      dispatcher,
      signal,
    });
    return counted(response, attempt.received);
  };

  return {
    async fetch(address, init = {}) {
      let at = address;
      let next = init;
      for (let hop = 0; hop <= maximumRedirects; hop += 1) {
        const response = await once(at, next);
        const location = redirects.has(response.status) ? response.headers.get('location') : null;
        if (location === null) return response;
        await response.body?.cancel();
        const target = URL.canParse(location, at) ? new URL(location, at).href : location;
        next = { ...next, headers: URL.canParse(target) ? headersFor(next, at, target) : {} };
        at = target;
      }
      throw denied(hostOf(at), 'too_many_redirects');
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
