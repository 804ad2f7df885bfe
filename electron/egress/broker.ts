import type { EgressStatus } from '../../shared/contract/types.ts';
import { CloisterError } from '../../shared/errors.ts';
import { redirectRefusal, refusalOf } from './allow-list.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { createTransport, type Arrived } from './transport.ts';
import type { EgressAnswer, EgressBroker, EgressLease, EgressRequest } from './types.ts';

/** A registry answers a blob with one redirect to its storage; more than a few is a loop. */
const maximumRedirects = 5;
const redirects = new Set([301, 302, 303, 307, 308]);

/** A connection that brings nothing for so long is given up. Milliseconds. */
const usualSilence = 30_000;

export interface BrokerOptions {
  /** The entry of the thread that opens a lease's connections. */
  readonly thread: string;
  readonly now?: (() => Date) | undefined;
  /** How long a server may be silent. Milliseconds; 30 s unless said. */
  readonly silence?: number | undefined;
}

const denied = (host: string, reason: string): CloisterError =>
  new CloisterError(
    'egress_denied',
    reason === 'too_many_redirects'
      ? `${host} sends from one address to the next without end. Nothing came.`
      : `The connection to ${host} was refused: it is not allowed for this purpose.`,
    { detail: { host, reason } },
  );

/** Of `file:` and `data:` addresses, which have no host, the scheme. */
function hostOf(address: string): string {
  const url = URL.parse(address);
  if (url === null) return 'an invalid address';
  return url.host === '' ? url.protocol : url.host;
}

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

function answerOf(
  { status, headers, body, save, cancel }: Arrived,
  url: string,
  count: (bytes: number) => void,
): EgressAnswer {
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const piece of body) {
      count(piece.byteLength);
      yield piece;
    }
  }
  return {
    status,
    url,
    header: (name) => headers.get(name) ?? null,
    body: counted(),
    save(saving, onSaved) {
      let counted = 0;
      return save(saving, (bytes) => {
        count(bytes - counted);
        counted = bytes;
        onSaved(bytes);
      });
    },
    cancel,
  };
}

/** Headers that name the person or their rights never follow a redirect to another host. */
function headersFor(init: EgressRequest, from: string, to: string): Record<string, string> {
  const headers = { ...init.headers };
  if (new URL(from).origin === new URL(to).origin) return headers;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(authorization|cookie)$/i.test(name)));
}

function createLease(
  purpose: string,
  hosts: readonly string[],
  { thread, silence = usualSilence }: BrokerOptions,
  ledger: Ledger,
  onClose: () => void,
): EgressLease {
  // A thread of its own: no proxy of the environment, no shared cookies, gone with the lease.
  const transport = createTransport(thread, hosts, silence);
  const ended = new AbortController();

  const once = async (
    address: string,
    { method = 'GET', headers = {}, signal }: EgressRequest,
  ): Promise<EgressAnswer> => {
    const reason = ended.signal.aborted ? 'closed' : refusalOf(address, hosts);
    const attempt = ledger.note({ host: hostOf(address), purpose, allowed: reason === null });
    if (reason !== null) throw denied(hostOf(address), reason);
    const stop = signal === undefined ? ended.signal : AbortSignal.any([signal, ended.signal]);
    const arrived = await transport.ask({ method, url: address, headers }, stop).catch((thrown: unknown) => {
      throw fromConnection(thrown, hostOf(address));
    });
    return answerOf(arrived, address, attempt.received);
  };

  /** Follows redirects itself: each address is judged and written down before it is asked. */
  const follow = async (address: string, init: EgressRequest): Promise<EgressAnswer> => {
    let at = address;
    let next = init;
    for (let hop = 0; hop <= maximumRedirects; hop += 1) {
      const answer = await once(at, next);
      const location = redirects.has(answer.status) ? answer.header('location') : null;
      if (location === null) return answer;
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
    stream: (address, init = {}) => follow(address, init),
    close() {
      if (ended.signal.aborted) return;
      ended.abort(new CloisterError('egress_denied', 'The way out was closed.'));
      transport.close();
      onClose();
    },
  };
}

/** The one way out. Closed until a named feature takes a lease; everything that is tried is written down. */
export function createEgressBroker(options: BrokerOptions): EgressBroker {
  const leases = new Set<EgressLease>();
  const listeners = new Set<(status: EgressStatus) => void>();
  const status = (): EgressStatus => ({ open: leases.size > 0, ...ledger.totals() });
  const tell = (): void => {
    for (const listener of listeners) listener(status());
  };
  const ledger = createLedger(options.now ?? (() => new Date()), tell);
  return {
    open(purpose, hosts) {
      const lease = createLease(purpose, hosts, options, ledger, () => {
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
