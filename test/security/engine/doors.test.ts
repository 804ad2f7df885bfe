import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, readlink, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fetch } from 'undici';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { launchInNamespace, type NamespaceProbe } from '../../../electron/engine/cage/namespace.ts';
import { launchOnPort } from '../../../electron/engine/cage/port.ts';
import { pinSocket } from '../../../electron/engine/cage/pinned-socket.ts';
import { probeCage } from '../../../electron/engine/cage/probe.ts';
import { fingerprintEngine } from '../../../electron/engine/find/index.ts';
import { ownsPort } from '../../../electron/engine/listener/index.ts';
import { installScriptedEngine } from '../../fakes/install-scripted-engine.ts';
import {
  answerOf,
  asking,
  descendants,
  findProcess,
  keeper,
  prepare,
  weaker,
  type Bench,
} from '../../service/engine/support.ts';
import { installHostileEngine } from './hostile.ts';

const execute = promisify(execFile);
const runtime = { node: process.execPath, keeper };

/** Inodes of the sockets of a process. */
async function socketsOf(pid: number): Promise<string[]> {
  const names = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const targets = await Promise.all(names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => '')));
  return targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []);
}

/** What a sibling process sees: rows of this network namespace's TCP tables. */
async function tcpRows(): Promise<{ local: string; remote: string; state: string; inode: string }[]> {
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => execute('cat', [`/proc/net/${name}`])));
  return tables
    .flatMap(({ stdout }) => stdout.trim().split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .map((fields) => ({ local: fields[1]!, remote: fields[2]!, state: fields[3]!, inode: fields[9]! }));
}

/** Runs a small program as another user. */
const asNobody = (code: string): Promise<string> =>
  execute('setpriv', ['--reuid', '65534', '--regid', '65534', '--clear-groups', process.execPath, '-e', code]).then(
    ({ stdout }) => stdout.trim(),
  );

const connectCode = (path: string): string =>
  `require('node:net').connect(${JSON.stringify(path)}).on('connect', () => { console.log('connected'); process.exit() }).on('error', (e) => console.log(e.code))`;

describe('a real Ollama sealed in namespaces', () => {
  let bench: Bench;
  beforeAll(async () => {
    vi.stubEnv('CLOISTER_TEST_SECRET', 'planted-in-the-environment');
    vi.stubEnv('LLAMA_ARG_HOST', '0.0.0.0');
    bench = await prepare();
    await answerOf(await bench.engine.client(), asking(2));
  });
  afterAll(async () => {
    await bench.end();
    vi.unstubAllEnvs();
  });

  it('listens nowhere that a sibling could reach', async () => {
    const ours = await Promise.all((await descendants(process.pid)).map(({ pid }) => socketsOf(pid)));
    const own = new Set([...ours.flat(), ...(await socketsOf(process.pid))]);
    expect(own.size).toBeGreaterThan(2);
    const reachable = (await tcpRows()).filter((row) => row.state === '0A' && own.has(row.inode));
    expect(reachable).toEqual([]);
  });

  it('has a socket without a name, which no other user can open either', async () => {
    const fds = await readdir('/proc/self/fd');
    const held = await Promise.all(
      fds.map(async (fd) => [fd, await readlink(`/proc/self/fd/${fd}`).catch(() => '')] as const),
    );
    const [fd, target] = held.find(([, to]) => /\/cloister-\w+\/engine( \(deleted\))?$/.test(to))!;
    const path = target.replace(' (deleted)', '');
    await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
    if (process.getuid?.() === 0) {
      expect(await asNobody(connectCode(path))).toBe('ENOENT');
      expect(await asNobody(connectCode(`/proc/${process.pid}/fd/${fd}`))).toBe('EACCES');
    }
  });

  it('gives engine and runner an environment of their own, and no path of the person as arguments of the cage', async () => {
    for (const name of ['ollama', 'llama-server'] as const) {
      const environ = await readFile(`/proc/${await findProcess(name)}/environ`, 'utf8');
      expect(environ).toContain('OLLAMA_NO_CLOUD=1');
      expect(environ).not.toMatch(/planted|LLAMA_ARG_HOST|PROXY|SECRET|npm_|VITEST/);
      expect(environ).not.toContain(bench.folder);
    }
    for (const { pid, executable } of await descendants(process.pid)) {
      if (!/ollama|llama-server|bwrap/.test(executable)) continue;
      expect(await readFile(`/proc/${pid}/cmdline`, 'utf8')).not.toContain(bench.folder);
    }
  });

  it.each([
    ['POST', '/api/pull', { model: 'all-minilm', stream: false }, /unreachable|lookup|dial/],
    ['POST', '/api/pull', { model: '127.0.0.1:9/x/y', insecure: true, stream: false }, /refused|unreachable/],
    ['POST', '/api/push', { model: 'tiny', stream: false }, /./],
    ['POST', '/api/copy', { source: 'tiny', destination: 'copied' }, /read-only/],
    ['DELETE', '/api/delete', { model: 'tiny' }, /read-only/],
    ['POST', '/api/create', { model: 'made', from: 'tiny', system: 'x', stream: false }, /read-only/],
  ])('cannot %s %s: the store stays as it was', async (method, route, body, why) => {
    const before = await readdir(bench.models, { recursive: true });
    const dispatcher = await bench.engine.dispatcher();
    const answer = await fetch(`http://localhost${route}`, { method, body: JSON.stringify(body), dispatcher });
    const said = await answer.text();
    expect(answer.ok && !said.includes('"error"')).toBe(false);
    expect(said).toMatch(why);
    expect(await readdir(bench.models, { recursive: true })).toEqual(before);
  });
});

describe('the socket while it has a name', () => {
  it('is for this user alone, in a folder for this user alone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cloister-'));
    const child = spawn(process.execPath, ['--no-warnings', keeper], { stdio: ['pipe', 'pipe', 'inherit'] });
    const bridge = { socket: join(folder, 'engine'), port: 9 };
    const engine = { command: '/bin/true', args: [], environment: {}, directory: '/', pinned: null };
    child.stdin.write(`${JSON.stringify({ engine, bridge, files: [], graceMilliseconds: 1 })}\n`);
    await once(child.stdout, 'data');
    expect((await stat(bridge.socket)).mode & 0o777).toBe(0o600);
    if (process.getuid?.() === 0) {
      expect(await asNobody(connectCode(bridge.socket))).toBe('EACCES');
      // Even where the folder let others in, the socket would not.
      await chmod(folder, 0o755);
      expect(await asNobody(connectCode(bridge.socket))).toBe('EACCES');
    }
    child.stdin.end();
    await once(child, 'close');
    await rm(folder, { recursive: true });
  });

  it('is not taken for a link that leads elsewhere, nor for a plain file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cloister-'));
    await symlink('/run/elsewhere', join(folder, 'engine'));
    await expect(pinSocket(join(folder, 'engine'), folder)).rejects.toMatchObject({ code: 'engine_failed' });
    await writeFile(join(folder, 'plain'), '', { mode: 0o600 });
    await expect(pinSocket(join(folder, 'plain'), folder)).rejects.toMatchObject({ code: 'engine_failed' });
    await rm(folder, { recursive: true });
  });
});

describe('what was checked is what runs', () => {
  const attempts = [
    ['another binary under the same name', 'bin/ollama'],
    ['another runner under the same name', 'lib/ollama/scripted-engine.ts'],
  ] as const;

  it.each(attempts.flatMap((attempt) => (['namespace', 'port'] as const).map((cage) => [...attempt, cage] as const)))(
    'refuses %s (%s, %s)',
    async (_case, file, cage) => {
      const folder = await mkdtemp(join(tmpdir(), 'engine-swap-'));
      const engine = await fingerprintEngine(await installScriptedEngine(folder, {}, cage));
      await writeFile(join(folder, 'swap'), await readFile(join(folder, file)), { mode: 0o755 });
      await rename(join(folder, 'swap'), join(folder, file));
      const common = { runtime, engine, models: folder, profile: folder, onLine: () => undefined, patience: 5_000 };
      const launching =
        cage === 'port'
          ? launchOnPort(common)
          : launchInNamespace({ ...common, probe: (await probeCage(runtime)) as NamespaceProbe });
      await expect(launching).rejects.toMatchObject({
        code: 'engine_failed',
        message: expect.stringContaining('changed between check and start') as string,
      });
      await rm(folder, { recursive: true });
    },
  );
});

describe('an engine on a port', () => {
  it('says so, listens for this computer only, on a port of its own, and connects to nobody', async () => {
    const bench = await prepare(weaker);
    await answerOf(await bench.engine.client(), asking(2));
    const own = new Set((await Promise.all((await descendants(process.pid)).map(({ pid }) => socketsOf(pid)))).flat());
    const rows = (await tcpRows()).filter((row) => own.has(row.inode));
    const listening = rows.filter((row) => row.state === '0A');
    expect(listening.length).toBeGreaterThan(0);
    for (const row of listening) expect(row.local).toMatch(/^0100007F:(?!2CAA)/);
    for (const row of rows)
      expect(row.remote).toMatch(/^(0100007F|00000000|0{32}|0{24}0100007F|0000000000000000FFFF00000100007F):/);
    const environ = await readFile(`/proc/${await findProcess('ollama')}/environ`, 'utf8');
    expect(environ).not.toMatch(/PROXY|VITEST|npm_|SSL_CERT/);
    expect(bench.engine.status().cageReason).toContain('other programs');
    // The runner's port is open to this computer here; at least it does not tell what is being asked.
    const runner = new Set(await socketsOf(await findProcess('llama-server')));
    const port = parseInt(listening.find((row) => runner.has(row.inode))!.local.split(':')[1]!, 16);
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${port}/slots`)).status).not.toBe(200);
    expect(bench.engine.logs().join('\n')).not.toContain('prompt cache is enabled');
    await bench.end();
  });

  it('never talks to a stranger who listens where the engine should', async () => {
    let hits = 0;
    const stranger = createServer((_request, response) => {
      hits += 1;
      response.end('{"version":"0.32.15"}');
    });
    await once(stranger.listen(0, '127.0.0.1'), 'listening');
    const { port } = stranger.address() as { port: number };
    expect(await ownsPort(process.pid, port)).toBe(true);
    const bench = await prepare(weaker, null);
    await bench.engine.trustFile(await installHostileEngine(join(bench.folder, 'liar'), process.execPath, port));
    await expect(bench.engine.start()).rejects.toMatchObject({
      code: 'engine_failed',
      message: expect.stringContaining('Another program') as string,
    });
    expect(hits).toBe(0);
    stranger.close();
    await bench.end();
  });

  it('is refused altogether where policy wants the namespace', async () => {
    const { createEngineWith } = await import('../../../electron/engine/create-engine.ts');
    const bench = await prepare({}, null);
    const deps = { profile: bench.profile, models: bench.models, runtime, policy: { requireNamespace: true } };
    const engine = createEngineWith(deps, weaker);
    await expect(engine.start()).rejects.toMatchObject({ code: 'cage_unavailable' });
    await engine.dispose();
    await bench.end();
  });
});
