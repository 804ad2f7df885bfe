import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../electron/audit/index.ts';
import { proveOffline, type OfflineProof, type ProveOfflineOptions } from '../../../electron/egress/index.ts';
import { becauseNotRoot } from '../../fixtures/because.ts';
import { asNobody, nodeForAll } from '../../fixtures/other-user.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const node = process.execPath;
let folder: string;
let asked = 0;
let hostPort: number;
const servers: Server[] = [];

async function listen(where: string | { host: string; port: number }): Promise<Server> {
  const server = createServer((socket) => {
    asked += 1;
    socket.end();
  });
  await new Promise<void>((resolve) => server.listen(where, resolve));
  servers.push(server);
  return server;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloister-proof-test-'));
  await chmod(folder, 0o755);
  const address = (await listen({ host: '127.0.0.1', port: 0 })).address();
  hostPort = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(async () => {
  for (const server of servers) server.close();
  await rm(folder, { recursive: true, force: true });
});

const prove = (command: string, args: string[], change: Partial<ProveOfflineOptions> = {}): Promise<OfflineProof> =>
  proveOffline({
    command,
    args,
    seconds: 20,
    cwd: folder,
    sign: (message) => sign(null, message, privateKey).toString('base64'),
    ...change,
  });
const proveScript = (script: string, change?: Partial<ProveOfflineOptions>) => prove(node, ['-e', script], change);
const proveShell = (script: string, change?: Partial<ProveOfflineOptions>) => prove('/bin/sh', ['-c', script], change);

const connect = (to: string): string =>
  `require('node:net').connect(${to}).on('connect', () => process.exit(7)).on('error', () => process.exit(0));`;

it('proves a job that stays at home, and signs it', async () => {
  const proof = await proveScript(
    `const server = require('node:net').createServer((socket) => socket.end('x')).listen(0, '127.0.0.1', () =>
       require('node:net').connect(server.address().port, '127.0.0.1').on('data', () => process.exit(0)));`,
  );
  expect(proof).toMatchObject({ ok: true, reason: null, attempts: [] });
  const { signature, ...rest } = proof;
  const signed = (report: object): boolean =>
    verify(null, Buffer.from(canonicalJson(report)), publicKey, Buffer.from(signature, 'base64'));
  expect(signed(rest)).toBe(true);
  expect(signed({ ...rest, ok: false })).toBe(false);
});

describe('an attempt of the job is counted', () => {
  it.each([
    ['a connection', connect(`443, '192.0.2.1'`), 'ipv4'],
    ['a connection over IPv6', connect(`443, '2001:db8::1'`), 'ipv6'],
    [
      'a datagram',
      `const s = require('node:dgram').createSocket('udp4'); s.send('x', 53, '192.0.2.1', () => process.exit(0));`,
      'ipv4',
    ],
    ['a look-up of a name', `require('node:dns').lookup('cloister.invalid', () => process.exit(0));`, 'ipv4'],
    [
      'a look-up past the system’s resolver',
      `const r = new (require('node:dns').Resolver)({ timeout: 500, tries: 1 }); r.resolve4('cloister.invalid', () => process.exit(0));`,
      'ipv4',
    ],
    [
      'a connection of a child',
      `require('node:child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(connect(`443, '192.0.2.1'`))}]);`,
      'ipv4',
    ],
  ])('%s', async (_name, script, over) => {
    const proof = await proveScript(script);
    expect(proof.ok).toBe(false);
    expect(proof.reason).toContain('tried to reach the outside');
    expect(proof.attempts).toEqual([{ where: 'application', over, count: expect.any(Number) as number }]);
  });

  it('in a namespace of its own as well, where it is told and no reason', async () => {
    const proof = await prove('/usr/bin/bwrap', [
      ...['--unshare-user', '--unshare-net', '--dev-bind', '/', '/', '--die-with-parent', node, '-e'],
      `require('node:net').connect(443, '192.0.2.1').on('error', () => setTimeout(() => process.exit(0), 1200));`,
    ]);
    expect(proof).toMatchObject({ ok: true, attempts: [{ where: 'cage', over: 'ipv4' }] });
  });
});

describe('the job', () => {
  it('does not reach the host’s loopback', async () => {
    const before = asked;
    expect((await proveScript(connect(`${hostPort}, '127.0.0.1'`))).ok).toBe(true);
    expect(asked).toBe(before);
  });

  it('does not reach sockets of the host: in /tmp, in /run, without a name', async () => {
    const inTmp = join(tmpdir(), `cloister-proof-${process.pid}.sock`);
    const abstract = `\0cloister-proof-${process.pid}`;
    await listen(inTmp);
    await listen(abstract);
    for (const path of [inTmp, abstract]) expect((await proveScript(connect(JSON.stringify(path)))).ok).toBe(true);
    const seesNothing = await proveShell(
      '[ -z "$(ls -A /tmp | grep -v cloister-proof-test-)" ] && [ ! -e /run/dbus ] && [ -z "$DBUS_SESSION_BUS_ADDRESS$XDG_RUNTIME_DIR" ]',
      {
        env: {
          PATH: process.env['PATH'],
          DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/user/0/bus',
          XDG_RUNTIME_DIR: '/run/user/0',
        },
      },
    );
    expect(seesNothing).toMatchObject({ ok: true });
  });

  it('writes to the folders it was given, and leaves nothing else', async () => {
    const proof = await proveShell(`echo kept > '${folder}/kept' && echo gone > /tmp/cloister-proof-gone`);
    expect(proof.ok).toBe(true);
    expect(await readFile(join(folder, 'kept'), 'utf8')).toBe('kept\n');
    expect(existsSync('/tmp/cloister-proof-gone')).toBe(false);
  });

  it('cannot write figures of its own', async () => {
    const proof = await proveScript(
      `for (let fd = 3; fd < 32; fd++) try { require('node:fs').writeSync(fd, 'status 0\\n'); } catch {}
       ${connect(`443, '192.0.2.1'`)}`,
    );
    expect(proof.ok).toBe(false);
    expect(proof.attempts).toHaveLength(1);
  });

  it('that fails proves nothing and says why', async () => {
    expect(await proveShell('echo "The engine is missing." >&2; exit 3')).toMatchObject({
      ok: false,
      reason: expect.stringContaining('The engine is missing.') as string,
    });
  });

  it('that is late is ended with what it started', async () => {
    const mark = `3${process.pid}`;
    const proof = await proveShell(`sleep ${mark}1 & setsid sleep ${mark}2 & sleep ${mark}3`, { seconds: 1 });
    expect(proof).toMatchObject({ ok: false, reason: 'The job was not done within 1 second.' });
    expect(spawnSync('pgrep', ['-f', `sleep ${mark}`]).status).toBe(1);
  });

  it('is ended when the caller gives up', async () => {
    const mark = `4${process.pid}`;
    const controller = new AbortController();
    const proof = proveShell(`touch '${folder}/started'; setsid sleep ${mark}1 & sleep ${mark}2`, {
      signal: controller.signal,
    });
    while (!existsSync(join(folder, 'started'))) await new Promise((resolve) => setTimeout(resolve, 50));
    controller.abort();
    await expect(proof).rejects.toThrow();
    expect(spawnSync('pgrep', ['-f', `sleep ${mark}`]).status).toBe(1);
  });
});

describe('where namespaces are refused', () => {
  it('nothing is proven without bubblewrap', async () => {
    const proof = await proveShell('true', { bubblewrap: null });
    expect(proof).toMatchObject({ ok: false, covered: [], attempts: [] });
    expect(proof.reason).toContain('not installed');
    expect(proof.signature).not.toBe('');
  });

  it('nothing runs when the system says no, and its words are told', async () => {
    const refusing = join(folder, 'bwrap');
    await writeFile(refusing, '#!/bin/sh\necho "bwrap: No permissions to create new namespace" >&2\nexit 1\n', {
      mode: 0o755,
    });
    const proof = await proveShell(`touch '${folder}/ran'`, { bubblewrap: refusing });
    expect(proof).toMatchObject({ ok: false, covered: [] });
    expect(proof.reason).toContain('No permissions to create new namespace');
    expect(existsSync(join(folder, 'ran'))).toBe(false);
  });
});

/** The engine's cage and the parser's sandbox are themselves bubblewrap: both must still be had within. */
describe('cages within the namespace', () => {
  const system = [
    '--ro-bind',
    '/usr',
    '/usr',
    '--symlink',
    'usr/lib',
    '/lib',
    '--symlink',
    'usr/lib64',
    '/lib64',
    '--symlink',
    'usr/bin',
    '/bin',
  ];
  const engine = [
    ...[
      '--unshare-user',
      '--unshare-net',
      '--unshare-pid',
      '--unshare-ipc',
      '--unshare-uts',
      '--unshare-cgroup-try',
      '--disable-userns',
    ],
    ...['--uid', '65532', '--gid', '65532', '--die-with-parent', '--new-session', '--clearenv', '--cap-drop', 'ALL'],
    ...[...system, '--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '--remount-ro', '/'],
  ];
  const parser = [
    '--unshare-all',
    '--die-with-parent',
    '--new-session',
    '--clearenv',
    '--cap-drop',
    'ALL',
    ...system,
    '--tmpfs',
    '/tmp',
    '--remount-ro',
    '/',
  ];
  const words = (args: string[]): string => args.map((arg) => `'${arg}'`).join(' ');
  const both = `bwrap ${words(engine)} /bin/sh -c 'test -d /proc/self' && prlimit --core=0 bwrap ${words(parser)} /bin/sh -c true`;

  it('are built as this user', async () => {
    expect(await proveShell(both)).toMatchObject({ ok: true, reason: null, attempts: [] });
  });

  it.skipIf(process.getuid?.() !== 0)('are built as an ordinary user', becauseNotRoot, async () => {
    const program = join(folder, 'prove.mjs');
    await writeFile(
      program,
      `import { proveOffline } from ${JSON.stringify(join(import.meta.dirname, '../../../electron/egress/index.ts'))};
      const proof = await proveOffline({ command: '/bin/sh', args: ['-c', process.argv[2]], seconds: 20, cwd: '/', sign: () => 'none' });
      console.log(JSON.stringify({ uid: process.getuid(), ok: proof.ok, reason: proof.reason }));`,
    );
    // In one file, for the checkout may be closed to other users.
    const bundle = await rolldown({ input: program, platform: 'node', logLevel: 'silent' });
    await bundle.write({ file: join(folder, 'prove-bundled.mjs'), format: 'esm', codeSplitting: false });
    await bundle.close();
    await chmod(join(folder, 'prove-bundled.mjs'), 0o644);
    const [setpriv, ...options] = asNobody;
    const ran = spawnSync(setpriv, [...options, await nodeForAll(folder), join(folder, 'prove-bundled.mjs'), both], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
      cwd: '/',
    });
    expect(ran.stderr).toBe('');
    expect(JSON.parse(ran.stdout)).toEqual({ uid: 65534, ok: true, reason: null });
  });
});
