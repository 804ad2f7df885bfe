import { createServer, type Server } from 'node:net';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fetch } from 'undici';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { prepare, type Bench } from '../../service/engine/support.ts';
import { installHostileEngine } from './hostile.ts';

interface Tries {
  readonly reads: Record<string, string>;
  readonly lists: Record<string, string[] | string>;
  readonly writes: Record<string, string>;
  readonly programs: Record<string, string>;
  readonly connects: { port: string; abstract: string };
  readonly route: string;
  readonly interfaces: string[];
  readonly processes: number;
  readonly signal: string;
  readonly hostname: string;
  readonly status: Record<string, string>;
  readonly environment: Record<string, string>;
  readonly swap: string;
}

/** Everything here is seen from inside the real cage, by an engine that tries to get out. */
describe('an engine that was taken over', () => {
  let bench: Bench;
  let tries: Tries;
  let outside: Server;
  let hidden: Server;
  const abstract = `cloister-test-${process.pid}`;
  let secret = '';

  beforeAll(async () => {
    vi.stubEnv('CLOISTER_TEST_SECRET', 'planted-in-the-environment');
    vi.stubEnv('HTTPS_PROXY', 'http://127.0.0.1:9');
    bench = await prepare({}, null);
    secret = join(bench.profile, 'vault.db');
    await writeFile(secret, 'planted-in-the-profile');
    outside = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    hidden = createServer((socket) => socket.end()).listen(`\0${abstract}`);
    await mkdir(join(bench.folder, 'hostile'));
    await bench.engine.trustFile(await installHostileEngine(join(bench.folder, 'hostile')));
    const dispatcher = await bench.engine.dispatcher();
    const address = outside.address() as { port: number };
    const read = [
      secret,
      join(bench.profile, 'engine-trust.json'),
      join(homedir(), '.bashrc'),
      '/etc/passwd',
      '/etc/hostname',
      `/proc/${process.pid}/environ`,
    ];
    const asked = { read, port: address.port, abstract, victim: process.pid };
    const answer = await fetch('http://localhost/tries', { method: 'POST', body: JSON.stringify(asked), dispatcher });
    tries = (await answer.json()) as Tries;
  });

  afterAll(async () => {
    outside.close();
    hidden.close();
    await bench.end();
    vi.unstubAllEnvs();
  });

  it('reads nothing of the person, of the profile or of the system', () => {
    expect(new Set(Object.values(tries.reads))).toEqual(new Set(['ENOENT']));
    expect(tries.lists['/']).toEqual(
      [
        'bin',
        'cloister',
        'dev',
        'etc',
        'home',
        'lib',
        'lib32',
        'lib64',
        'libx32',
        'models',
        'opt',
        'proc',
        'run',
        'sys',
        'tmp',
        'usr',
      ].filter((name) => (tries.lists['/'] as string[]).includes(name)),
    );
    expect(tries.lists['/']).not.toContain('root');
    expect(tries.lists['/home']).toEqual(['engine']);
    expect(tries.lists['/tmp']).toEqual([]);
    expect(tries.lists['/run']).toEqual(['cloister']);
    expect((tries.lists['/etc'] as string[]).filter((name) => name !== 'ld.so.cache' && name !== 'vulkan')).toEqual([]);
  });

  it('reads the models and cannot write them, nor anything else that lasts', async () => {
    expect(tries.lists['/models']).toEqual(['blobs', 'manifests']);
    for (const [path, result] of Object.entries(tries.writes)) expect([path, result]).toEqual([path, 'EROFS']);
    expect(await readFile(secret, 'utf8')).toBe('planted-in-the-profile');
  });

  it('has no way to the network, to this computer, or to sockets without a file', () => {
    expect(tries.connects).toEqual({ port: 'ECONNREFUSED', abstract: 'ECONNREFUSED' });
    expect(tries.route).toBe('ENETUNREACH');
    expect(tries.interfaces.filter((name) => name !== 'lo')).toEqual([]);
  });

  it('finds no program to run, sees no other process and can signal none', () => {
    expect(new Set(Object.values(tries.programs))).toEqual(new Set(['ENOENT']));
    expect(tries.processes).toBeLessThanOrEqual(4);
    expect(tries.signal).toBe('ESRCH');
    expect(tries.hostname).toBe('cloister');
  });

  it('has no capability and can gain none', () => {
    expect(tries.status).toEqual({ capabilities: '0'.repeat(16), bounding: '0'.repeat(16), noNewPrivileges: '1' });
  });

  it('gets an environment made for it, and nothing of ours', () => {
    const made = ['HOME', 'LANG', 'TMPDIR', 'OLLAMA_HOST', 'OLLAMA_MODELS', 'OLLAMA_NOPRUNE', 'OLLAMA_NO_CLOUD'];
    const runner = ['OLLAMA_NUM_PARALLEL', 'OLLAMA_GO_TEMPLATE', 'LLAMA_ARG_CACHE_RAM', 'LLAMA_ARG_ENDPOINT_SLOTS'];
    expect(Object.keys(tries.environment).sort()).toEqual([...made, ...runner].sort());
    expect(JSON.stringify(tries.environment)).not.toContain('planted');
    expect(JSON.stringify(tries.environment)).not.toContain(bench.folder);
  });

  it('cannot put another door in the place of its own', async () => {
    expect(tries.swap).toBe('ENOENT');
    // The folder of the first one is gone; the program holds on to the socket itself.
    expect(await (await bench.engine.client()).version()).toBe('0.32.15');
  });
});
