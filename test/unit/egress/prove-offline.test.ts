import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { judgeControl } from '../../../electron/egress/prove-offline/control.ts';
import { readNotes, type CountedRun } from '../../../electron/egress/prove-offline/counted-run.ts';
import { difference, readCounters, type Counters } from '../../../electron/egress/prove-offline/counters.ts';
import {
  environmentFor,
  keptFor,
  keptPaths,
  reachableSockets,
} from '../../../electron/egress/prove-offline/namespace.ts';
import { reportRun } from '../../../electron/egress/prove-offline/report.ts';

// As Linux 6.18 writes them, shortened to the lines that matter and some that do not.
const dev = (
  lo: number,
  eth: number,
): string => `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:  999 ${lo}    0    0    0     0          0         0  888 ${lo}    0    0    0     0       0          0
  eth0:7000000 ${eth} 0 0 0 0 0 0 5 2 0 0 0 0 0 0
`;
const snmp = (routes: number): string => `Ip: Forwarding DefaultTTL InReceives OutDiscards OutNoRoutes ReasmTimeout
Ip: 2 64 11 12 ${routes} 13
Tcp: RtoAlgorithm ActiveOpens
Tcp: 1 5
`;
const snmp6 = (routes: number): string =>
  `Ip6InReceives                   \t3\nIp6OutNoRoutes                  \t${routes}\n`;

const nothing: Counters = { interfaces: ['lo'], outside: 0, loopback: 0, unroutable: { ipv4: 0, ipv6: 0 } };
const run = (change: Partial<CountedRun> = {}): CountedRun => ({
  counted: { ...nothing, loopback: 9 },
  status: 0,
  said: '',
  inner: [],
  ...change,
});

describe('the kernel’s counters', () => {
  it('are read by their columns’ names', () => {
    expect(readCounters({ dev: dev(4, 30), snmp: snmp(7), snmp6: snmp6(2) })).toEqual({
      interfaces: ['lo', 'eth0'],
      outside: 32,
      loopback: 8,
      unroutable: { ipv4: 7, ipv6: 2 },
    });
    expect(readCounters({ dev: dev(1, 1), snmp: snmp(0), snmp6: '' })?.unroutable.ipv6).toBe(0);
  });

  it.each([
    ['no interfaces', { dev: '', snmp: snmp(0), snmp6: snmp6(0) }],
    ['no column', { dev: dev(0, 0), snmp: 'Ip: Forwarding\nIp: 2\n', snmp6: snmp6(0) }],
    ['no figures', { dev: dev(0, 0), snmp: 'Ip: Forwarding OutNoRoutes\n', snmp6: snmp6(0) }],
    ['an unknown IPv6 table', { dev: dev(0, 0), snmp: snmp(0), snmp6: 'Ip6Other 1\n' }],
    ['words', { dev: dev(0, 0).replaceAll('7000000 0', 'x y'), snmp: snmp(0), snmp6: '' }],
  ])('that cannot be read count nothing: %s', (_name, files) => {
    expect(readCounters(files)).toBeNull();
  });

  it('are compared', () => {
    const before = readCounters({ dev: dev(4, 30), snmp: snmp(7), snmp6: snmp6(2) })!;
    const after = readCounters({ dev: dev(5, 33), snmp: snmp(7), snmp6: snmp6(4) })!;
    expect(difference(before, after)).toMatchObject({ outside: 3, loopback: 2, unroutable: { ipv4: 0, ipv6: 2 } });
  });

  it('are taken from the notes of the counting process', () => {
    const figures = (when: string, routes: number): string =>
      `${when} dev\n${dev(1, 1)}${when} snmp\n${snmp(routes)}${when} snmp6\n${snmp6(0)}`;
    const notes = `namespace net:[4026532000]\n${figures('before', 1)}${figures('after', 4)}status 0\n`;
    expect(readNotes(notes)).toMatchObject({ status: 0, counted: { unroutable: { ipv4: 3, ipv6: 0 } } });
    // Cut off: the job was killed before it was counted.
    expect(readNotes(notes.slice(0, notes.indexOf('after snmp\n')))).toEqual({ status: null, counted: null });
    expect(readNotes('')).toEqual({ status: null, counted: null });
  });
});

describe('the control run', () => {
  const seen = (ipv4: number, loopback: number): CountedRun =>
    run({ counted: { ...nothing, loopback, unroutable: { ipv4, ipv6: 0 } } });

  it('passes when the attempts were counted', () => {
    expect(judgeControl(seen(3, 6))).toEqual({ ok: true, reason: null, seen: 3 });
  });

  it.each([
    ['nothing was counted', seen(0, 6)],
    ['too little was counted', seen(1, 6)],
    ['loopback was not counted', seen(3, 0)],
    ['it failed', run({ status: 1 })],
    [
      'there was no namespace',
      run({ counted: null, status: null, said: 'bwrap: No permissions to create new namespace' }),
    ],
  ])('fails when %s', (_name, counted) => {
    const control = judgeControl(counted);
    expect(control.ok).toBe(false);
    expect(control.reason).toMatch(/^[A-Z]/);
  });
});

describe('the report', () => {
  const report = (counted: CountedRun, sockets = 0) =>
    reportRun({
      run: counted,
      control: { ok: true, reason: null, seen: 5 },
      seconds: 60,
      sockets,
      at: '2026-01-01T00:00:00.000Z',
    });
  const inCage = (change: Partial<Counters>) => [{ namespace: 'net:[1]', counted: { ...nothing, ...change } }];

  it('is good when the job ran and nothing was tried', () => {
    expect(report(run())).toMatchObject({ ok: true, reason: null, attempts: [] });
  });

  it('is good, and tells it, when a cage stopped an attempt', () => {
    const stopped = report(run({ inner: inCage({ unroutable: { ipv4: 2, ipv6: 0 } }) }));
    expect(stopped).toMatchObject({ ok: true, attempts: [{ where: 'cage', over: 'ipv4', count: 2 }] });
  });

  it.each([
    ['the application tried', run({ counted: { ...nothing, unroutable: { ipv4: 0, ipv6: 1 } } }), 'tried'],
    ['a packet left', run({ counted: { ...nothing, outside: 1 } }), '1 packet'],
    ['a packet left a namespace within', run({ inner: inCage({ outside: 1 }) }), 'within the job'],
    ['the job failed', run({ status: 3, said: 'line\nThe engine is missing.' }), 'The engine is missing.'],
    ['the job was late', run({ status: 124 }), '60 seconds'],
    ['the job was not counted', run({ counted: null, status: null }), 'before it was counted'],
  ])('is not good when %s', (_name, counted, words) => {
    const { ok, reason } = report(counted);
    expect(ok).toBe(false);
    expect(reason).toContain(words);
  });

  it('says what it does not cover', () => {
    expect(report(run(), 3).notCovered.join('\n')).toMatch(/Other programs[^]*3 sockets of other programs/);
  });
});

describe('the walls', () => {
  it('keep of the hidden folders only what the job names', () => {
    const there = new Set([
      '/',
      '/tmp',
      '/tmp/a',
      '/tmp/a/package.json',
      '/tmp/a/dist',
      '/tmp/a/dist/cli.js',
      '/tmp/proof',
      '/tmp/package.json',
    ]);
    const exists = (path: string): boolean => there.has(path);
    expect(keptFor('/tmp/a/dist/cli.js', exists)).toBe('/tmp/a');
    expect(keptFor('/tmp/proof/profile/x', exists)).toBe('/tmp/proof');
    expect(keptFor('/tmp/nothing', exists)).toBe('/tmp');
    expect(keptPaths(['/usr/bin/env', '--json', undefined, '/tmp/there-is-no-such-folder/x', '/run/nothing'])).toEqual(
      [],
    );
  });

  it('leave out variables that lead outside', () => {
    const given = {
      PATH: '/bin',
      HOME: '/home/x',
      DBUS_SESSION_BUS_ADDRESS: 'unix:',
      SSH_AUTH_SOCK: '/x',
      https_proxy: 'p',
      HTTP_PROXY: 'p',
      XDG_RUNTIME_DIR: '/run/user/0',
      DISPLAY: ':0',
      CLOISTER_PROFILE: '/p',
    };
    expect(environmentFor(given)).toEqual({ PATH: '/bin', HOME: '/home/x', CLOISTER_PROFILE: '/p' });
  });

  it('find the sockets that stay reachable', () => {
    const table = `Num       RefCount Protocol Flags    Type St Inode Path
0000000000000000: 00000002 00000000 00010000 0001 01 18 /run/systemd/private
0000000000000000: 00000002 00000000 00010000 0001 01 19 /etc/hostname
0000000000000000: 00000002 00000000 00010000 0001 01 19 /etc/hostname
0000000000000000: 00000002 00000000 00000000 0001 03 20 /etc/passwd
0000000000000000: 00000002 00000000 00010000 0001 01 21 @/tmp/.X11-unix/X0
0000000000000000: 00000002 00000000 00010000 0001 01 22 /gone/socket
0000000000000000: 00000003 00000000 00000000 0001 03 23
`;
    expect(existsSync('/etc/hostname')).toBe(true);
    expect(reachableSockets(table)).toEqual(['/etc/hostname']);
  });
});
