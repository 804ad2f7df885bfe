import type { CountedRun } from './counted-run.ts';

/**
 * Tries on purpose what the job must not: a connection, a datagram and a look-up of a name to the outside, and one
 * connection on loopback. The addresses are for documentation (RFC 5737, RFC 3849) and the name cannot exist (RFC 6761).
 */
export const controlProgram = `
const { createConnection, createServer } = require('node:net');
const { createSocket } = require('node:dgram');
const { lookup } = require('node:dns');
const settled = (start) => new Promise(start);
const connect = (host, port) => settled((done) => createConnection({ host, port }).once('error', done).once('connect', done));
const local = createServer((socket) => socket.end()).listen(0, '127.0.0.1', async () => {
  await connect('127.0.0.1', local.address().port);
  await connect('192.0.2.1', 443);
  await connect('2001:db8::1', 443);
  const socket = createSocket('udp4');
  await settled((done) => socket.send('x', 53, '192.0.2.1', done));
  await settled((done) => lookup('cloister.invalid', done));
  process.exit(0);
});`;

export interface Control {
  readonly ok: boolean;
  readonly reason: string | null;
  /** Attempts that the kernel counted. */
  readonly seen: number;
}

/** A connection and a datagram over IPv4 at the least; IPv6 and the resolver are not on every system. */
const leastAttempts = 2;

export function judgeControl({ counted, status, said }: CountedRun): Control {
  const failed = (reason: string): Control => ({ ok: false, reason, seen: 0 });
  if (counted === null) return failed(`This system refuses a network namespace of its own: ${lastLine(said)}`);
  if (status !== 0) return failed('The control run did not end as it should.');
  const seen = counted.unroutable.ipv4 + counted.unroutable.ipv6;
  if (counted.unroutable.ipv4 < leastAttempts || counted.loopback === 0)
    return {
      ok: false,
      seen,
      reason: 'The kernel’s counters did not see attempts that were made on purpose, so they prove nothing.',
    };
  return { ok: true, reason: null, seen };
}

export const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
