import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { engineEnvironment } from '../../../electron/engine/cage/environment.ts';
import { isModern } from '../../../electron/engine/cage/host-layout.ts';
import { namespaceArguments, type HostLayout } from '../../../electron/engine/cage/namespace-arguments.ts';
import { portInLine } from '../../../electron/engine/cage/port.ts';
import { whyRefused } from '../../../electron/engine/cage/probe.ts';
import {
  leftovers,
  parseStat,
  type ProcessRecord,
  type SeenProcess,
} from '../../../electron/engine/cage/process-record.ts';
import { createRuntimeDirectory, parentForRuntime } from '../../../electron/engine/cage/runtime-directory.ts';
import { listeningInodes } from '../../../electron/engine/listener/linux.ts';
import { listenersInLsof } from '../../../electron/engine/listener/macos.ts';
import { listenersInNetstat } from '../../../electron/engine/listener/windows.ts';

describe('the environment of the engine', () => {
  const places = { home: '/h', temporary: '/t', models: '/m', listen: '127.0.0.1:0' };

  it('takes over nothing that it does not know', () => {
    const given = {
      PATH: '/usr/bin',
      HTTPS_PROXY: 'http://proxy',
      LLAMA_ARG_HOST: '0.0.0.0',
      LLAMA_API_KEY: 'k',
      OLLAMA_HOST: '0.0.0.0',
      OLLAMA_ORIGINS: '*',
      OLLAMA_DEBUG_LOG_REQUESTS: '1',
      LD_PRELOAD: '/tmp/evil.so',
      AWS_SECRET_ACCESS_KEY: 's',
      HOME: '/home/ada',
    };
    expect(engineEnvironment(places, given, 'linux')).toEqual({
      HOME: '/h',
      TMPDIR: '/t',
      LANG: 'C.UTF-8',
      OLLAMA_HOST: '127.0.0.1:0',
      OLLAMA_MODELS: '/m',
      OLLAMA_NO_CLOUD: '1',
      OLLAMA_NOPRUNE: '1',
      OLLAMA_GO_TEMPLATE: '1',
      OLLAMA_NUM_PARALLEL: '1',
      LLAMA_ARG_CACHE_RAM: '0',
      LLAMA_ARG_ENDPOINT_SLOTS: '0',
    });
  });

  it.each([
    ['q8_0', { OLLAMA_FLASH_ATTENTION: '1', OLLAMA_KV_CACHE_TYPE: 'q8_0' }],
    ['q4_0', { OLLAMA_FLASH_ATTENTION: '1', OLLAMA_KV_CACHE_TYPE: 'q4_0' }],
  ] as const)('says that the context is kept in %s, and nothing of half precision', (cacheType, expected) => {
    const usual = engineEnvironment(places, {}, 'linux');
    expect(engineEnvironment({ ...places, cacheType }, {}, 'linux')).toEqual({ ...usual, ...expected });
    expect(engineEnvironment({ ...places, cacheType: 'f16' }, {}, 'linux')).toEqual(usual);
  });

  it('passes the choice of a graphics card, and only when it looks like one', () => {
    expect(engineEnvironment(places, { CUDA_VISIBLE_DEVICES: '0,1' }, 'linux')).toHaveProperty(
      'CUDA_VISIBLE_DEVICES',
      '0,1',
    );
    expect(engineEnvironment(places, { CUDA_VISIBLE_DEVICES: 'x; rm' }, 'linux')).not.toHaveProperty(
      'CUDA_VISIBLE_DEVICES',
    );
  });
});

describe("the cage's arguments", () => {
  const host: HostLayout = {
    modern: true,
    links: [{ path: '/lib', target: 'usr/lib' }],
    libraries: ['/usr/lib'],
    devices: [],
  };
  const binds = (cage: readonly string[]): string[] =>
    cage.flatMap((word, index) => (/^--(ro-|dev-)?bind(-try)?$/.test(word) ? [cage[index + 1] ?? ''] : []));

  it('closes every namespace, drops every capability and dies with its parent', () => {
    const cage = namespaceArguments(host, []);
    for (const wall of [
      '--unshare-net',
      '--unshare-pid',
      '--unshare-ipc',
      '--unshare-uts',
      '--unshare-user',
      '--disable-userns',
      '--die-with-parent',
      '--new-session',
      '--clearenv',
    ]) {
      expect(cage).toContain(wall);
    }
    expect(cage.join(' ')).toContain('--cap-drop ALL');
    expect(cage.join(' ')).toMatch(/--remount-ro \/$/);
  });

  it('shows libraries only: no root, no home, no settings, no programs', () => {
    const shown = binds(namespaceArguments(host, []));
    for (const secret of ['/', '/home', '/root', '/etc', '/usr', '/usr/bin', '/var', '/run', '/sys', '/dev']) {
      expect(shown).not.toContain(secret);
    }
  });

  it('brings in graphics cards and what describes them only where there are some', () => {
    expect(binds(namespaceArguments(host, []))).not.toContain('/sys/devices');
    const withCard = binds(namespaceArguments({ ...host, devices: ['/dev/nvidia0'] }, []));
    expect(withCard).toEqual(expect.arrayContaining(['/dev/nvidia0', '/sys/devices']));
  });

  it('asks an old bubblewrap for nothing it does not know', () => {
    const old = namespaceArguments({ ...host, modern: false }, []);
    expect(old).not.toContain('--size');
    expect(old).not.toContain('--disable-userns');
    expect([isModern('bubblewrap 0.6.1'), isModern('bubblewrap 0.8.0'), isModern('bubblewrap 1.0')]).toEqual([
      false,
      true,
      true,
    ]);
  });

  it.each([
    ['bwrap: No permissions to create new namespace, likely because…', /refuses unprivileged namespaces/],
    ['bwrap: setting up uid map: Permission denied', /refuses unprivileged namespaces/],
    ['bwrap: Unknown option --disable-userns', /too old/],
    ['bwrap: Can’t mount proc', /failed to build/],
  ])('explains %j', (words, why) => {
    expect(whyRefused(words)).toMatch(why);
  });
});

describe('the private folder for the socket', () => {
  it('is new, ours, private, and short enough for a socket', async () => {
    const [one, two] = [await createRuntimeDirectory('/one'), await createRuntimeDirectory('/two')];
    expect(one).not.toBe(two);
    expect((await stat(one)).mode & 0o777).toBe(0o700);
    expect(`${one}/engine`.length).toBeLessThan(104);
    await rm(one, { recursive: true });
    await rm(two, { recursive: true });
  });

  it('takes the place of the one that a killed run of the same store left, and of no other', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'xdg-'));
    const [left, other] = [await createRuntimeDirectory('/one', parent), await createRuntimeDirectory('/two', parent)];
    await writeFile(join(left, 'engine'), '');
    const next = await createRuntimeDirectory('/one', parent);
    expect((await readdir(parent)).sort()).toEqual([basename(next), basename(other)].sort());
    await chmod(next, 0o755);
    const foreign = await createRuntimeDirectory('/one', parent);
    expect(await readdir(parent)).toEqual(expect.arrayContaining([basename(next), basename(foreign)]));
    await rm(parent, { recursive: true });
  });

  it('uses the session folder only when it is private, ours and short', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'xdg-'));
    expect(await parentForRuntime(folder, '/fallback')).toBe(folder);
    await chmod(folder, 0o755);
    expect(await parentForRuntime(folder, '/fallback')).toBe('/fallback');
    const long = join(folder, 'x'.repeat(90));
    await mkdir(long, { mode: 0o700 });
    expect(await parentForRuntime(long, '/fallback')).toBe('/fallback');
    expect(await parentForRuntime('relative', '/fallback')).toBe('/fallback');
    await rm(folder, { recursive: true });
  });
});

describe('whose port it is', () => {
  it('reads the port the engine got out of its own words', () => {
    expect(portInLine('level=INFO msg="Listening on 127.0.0.1:39805 (version 0.32.15)"')).toBe(39805);
    expect(portInLine('Listening on 0.0.0.0:39805')).toBeNull();
    expect(portInLine('Listening on 127.0.0.1:99999')).toBeNull();
    expect(portInLine('srv listening on http://127.0.0.1:37837')).toBeNull();
  });

  it('reads /proc/net/tcp', () => {
    const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:9B7D 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 51234 1 0000000000000000 100 0 0 10 0
   1: 0100007F:9B7D 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 51235 1 0000000000000000 20 4 30 10 -1
   2: 0100007F:9B7E 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 51236 1 0000000000000000 100 0 0 10 0`;
    expect(listeningInodes(table, 0x9b7d)).toEqual(['51234']);
    expect(listeningInodes(table, 0x9b7f)).toEqual([]);
  });

  it('reads lsof', () => {
    expect(listenersInLsof('p4242\nf7\np4300\nf3\n')).toEqual([4242, 4300]);
    expect(listenersInLsof('')).toEqual([]);
  });

  it('reads netstat in any language', () => {
    const said = [
      '',
      'Aktive Verbindungen',
      '',
      '  Proto  Lokale Adresse         Remoteadresse          Status           PID',
      '  TCP    127.0.0.1:39805        0.0.0.0:0              ABHÖREN          4242',
      '  TCP    127.0.0.1:39805        127.0.0.1:50112        HERGESTELLT      4242',
      '  TCP    127.0.0.1:139805       0.0.0.0:0              ABHÖREN          17',
      '  TCP    [::1]:39805            [::]:0                 ABHÖREN          99',
    ].join('\r\n');
    expect(listenersInNetstat(said, 39805)).toEqual([4242, 99]);
  });
});

describe('what a crash left behind', () => {
  const record: ProcessRecord = {
    boot: 'b',
    group: 500,
    startedAt: 1000,
    executables: ['/e/ollama', '/e/llama-server'],
  };
  const engine: SeenProcess = { pid: 500, group: 500, startedAt: 1000, executable: '/e/ollama' };
  const runner: SeenProcess = { pid: 510, group: 500, startedAt: 1200, executable: '/e/llama-server' };

  it.each<[string, string, SeenProcess[], number[]]>([
    ['engine and runner', 'b', [engine, runner], [500, 510]],
    ['a runner whose engine is gone', 'b', [runner], [510]],
    ['an engine whose file was replaced meanwhile', 'b', [{ ...engine, executable: '/e/ollama (deleted)' }], [500]],
    ['nothing after a restart of the computer', 'other', [engine, runner], []],
    ['nothing when the number belongs to somebody else by now', 'b', [{ ...engine, startedAt: 9000 }, runner], []],
    ['no other program of that group', 'b', [{ ...runner, executable: '/usr/bin/vim' }], []],
    ['nobody of another group', 'b', [{ ...runner, group: 777 }], []],
    ['nobody older than the engine', 'b', [{ ...runner, startedAt: 10 }], []],
  ])('ends %s', (_case, boot, seen, ended) => {
    expect(leftovers(record, boot, seen)).toEqual(ended);
  });

  it('reads /proc/<pid>/stat whatever the program is called', () => {
    const rest = Array.from({ length: 40 }, (_, index) => String(index)).join(' ');
    expect(parseStat(`42 (a) b) (c) S ${rest}`)).toEqual({ group: 1, startedAt: 18 });
  });
});
