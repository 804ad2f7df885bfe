import { chmod, mkdir, mkdtemp, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fingerprintEngine } from '../../../electron/engine/find/fingerprint.ts';
import { findEngine } from '../../../electron/engine/find/locate.ts';
import { cachedEngine, placesToLook, type Place } from '../../../electron/engine/find/places.ts';
import { decideTrust, type TrustedEngine } from '../../../electron/engine/find/trust.ts';
import { TrustFile } from '../../../electron/engine/find/trust-file.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'engine-find-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function fakeEngine(name: string, content: string): Promise<string> {
  const binary = join(folder, name, 'bin', 'ollama');
  await mkdir(join(folder, name, 'bin'), { recursive: true });
  await mkdir(join(folder, name, 'lib', 'ollama', 'cuda'), { recursive: true });
  await writeFile(binary, content, { mode: 0o755 });
  await writeFile(join(folder, name, 'lib', 'ollama', 'llama-server'), `${content} runner`, { mode: 0o755 });
  await writeFile(join(folder, name, 'lib', 'ollama', 'cuda', 'libx.so.1'), 'library');
  await symlink('libx.so.1', join(folder, name, 'lib', 'ollama', 'cuda', 'libx.so'));
  return binary;
}

describe('the places where an engine may lie', () => {
  const linux = { platform: 'linux' as const, home: '/home/ada' };

  it('asks what is trusted first, then the cache, then what is installed', () => {
    const places = placesToLook({ ...linux, environment: { PATH: '/opt/x:/usr/bin' } }, ['/trusted/ollama']);
    expect(places.map((place) => place.source)).toEqual([
      'trusted',
      'cache',
      ...Array.from({ length: places.length - 2 }, () => 'installed'),
    ]);
    expect(places[1]?.path).toBe('/home/ada/.cache/cloister/engine/ollama-0.32.15/bin/ollama');
    expect(places[2]?.path).toBe('/opt/x/ollama');
    expect(places.filter((place) => place.path === '/usr/bin/ollama')).toHaveLength(1);
  });

  it('never follows a relative entry of PATH', () => {
    const places = placesToLook({ ...linux, environment: { PATH: '.:bin::/opt/x' } });
    expect(places.every((place) => place.path.startsWith('/'))).toBe(true);
  });

  it('respects XDG_CACHE_HOME, unless it is relative', () => {
    expect(cachedEngine({ ...linux, environment: { XDG_CACHE_HOME: '/var/c' } })).toMatch(
      /^\/var\/c\/cloister\/engine\//,
    );
    expect(cachedEngine({ ...linux, environment: { XDG_CACHE_HOME: 'c' } })).toMatch(/^\/home\/ada\/\.cache\//);
  });
});

describe('the fingerprint', () => {
  it('covers the binary, every library in depth and where links lead', async () => {
    const binary = await fakeEngine('a', 'one');
    const before = await fingerprintEngine(binary);
    expect(before.libraries.map((file) => file.name).sort()).toEqual(['cuda/libx.so.1', 'llama-server']);
    expect(before.links).toEqual([{ name: 'cuda/libx.so', target: 'libx.so.1' }]);
    await rm(join(folder, 'a/lib/ollama/cuda/libx.so'));
    await symlink('/tmp/evil.so', join(folder, 'a/lib/ollama/cuda/libx.so'));
    expect((await fingerprintEngine(binary)).companions).not.toBe(before.companions);
  });

  it('changes when the runner changes, though the binary does not, and although its times are put back', async () => {
    const binary = await fakeEngine('a', 'one');
    const runner = join(folder, 'a/lib/ollama/llama-server');
    const before = await fingerprintEngine(binary);
    const { atime, mtime } = await stat(runner);
    await writeFile(runner, 'two runner');
    await utimes(runner, atime, mtime);
    const after = await fingerprintEngine(binary, [before.binary, ...before.libraries]);
    expect(after.binary.sha256).toBe(before.binary.sha256);
    expect(after.companions).not.toBe(before.companions);
  });

  it('does not read an unchanged file again', async () => {
    const binary = await fakeEngine('a', 'one');
    const { binary: seen } = await fingerprintEngine(binary);
    const marked = { ...seen, sha256: 'f'.repeat(64) };
    expect((await fingerprintEngine(binary, [marked])).binary.sha256).toBe(marked.sha256);
  });

  it('sees another file that was moved into the place, though it has the same size', async () => {
    const binary = await fakeEngine('a', 'one');
    const { binary: seen } = await fingerprintEngine(binary);
    await writeFile(join(folder, 'swap'), 'two', { mode: 0o755 });
    await rename(join(folder, 'swap'), binary);
    expect((await fingerprintEngine(binary, [seen])).binary.sha256).not.toBe(seen.sha256);
  });

  it('refuses a file that every user may change', async () => {
    const binary = await fakeEngine('a', 'one');
    await chmod(binary, 0o777);
    await expect(fingerprintEngine(binary)).rejects.toMatchObject({ code: 'engine_untrusted' });
  });
});

describe('trust', () => {
  const found = { source: 'installed' as const, path: '/p/ollama', sha256: 'a'.repeat(64), companions: 'c'.repeat(64) };
  const remembered: TrustedEngine = { ...found, version: '0.32.15', approvedAt: '', by: 'user', files: [] };
  const other = 'b'.repeat(64);

  it.each([
    ['never seen', undefined, {}, 'unknown'],
    ['seen and the same', remembered, {}, 'trusted'],
    ['another binary', { ...remembered, sha256: other }, {}, 'changed'],
    ['another runner', { ...remembered, companions: other }, {}, 'changed'],
    ['obtained by set-up', undefined, { stamp: found }, 'trusted'],
    ['not what set-up obtained', undefined, { stamp: { ...found, companions: other } }, 'unknown'],
    ['set-up does not overrule a remembered hash', { ...remembered, sha256: other }, { stamp: found }, 'changed'],
    ['policy names its path', undefined, { policy: { path: found.path } }, 'trusted'],
    ['policy names another path', undefined, { policy: { path: '/else' } }, 'unknown'],
    ['policy names its hash', undefined, { policy: { path: found.path, sha256: found.sha256 } }, 'trusted'],
    ['policy names another hash', remembered, { policy: { path: found.path, sha256: other } }, 'changed'],
  ])('%s', (_case, memory, vouchers, trust) => {
    expect(decideTrust(found, memory, vouchers).trust).toBe(trust);
  });
});

describe('the list of trusted engines', () => {
  const engine: TrustedEngine = {
    path: '/p/ollama',
    version: '0.32.15',
    sha256: 'a'.repeat(64),
    companions: 'c'.repeat(64),
    approvedAt: '2026-11-20T00:00:00.000Z',
    by: 'user',
    files: [],
  };

  it('is private, keeps one entry a path and puts the newest first', async () => {
    const file = new TrustFile(folder);
    expect(await file.read()).toEqual([]);
    await file.remember(engine);
    await file.remember({ ...engine, path: '/q/ollama' });
    await file.remember({ ...engine, version: '0.33.0' });
    expect((await file.read()).map(({ path, version }) => [path, version])).toEqual([
      ['/p/ollama', '0.33.0'],
      ['/q/ollama', '0.32.15'],
    ]);
    expect((await stat(join(folder, 'engine-trust.json'))).mode & 0o777).toBe(0o600);
  });

  it('is not believed when others may read or write it, when it is a link, or when it is damaged', async () => {
    const file = new TrustFile(folder);
    await file.remember(engine);
    await chmod(join(folder, 'engine-trust.json'), 0o620);
    await expect(file.read()).rejects.toMatchObject({ code: 'profile_unsafe' });
    await rm(join(folder, 'engine-trust.json'));
    await writeFile(join(folder, 'elsewhere'), '{"version":1,"engines":[]}', { mode: 0o600 });
    await symlink('elsewhere', join(folder, 'engine-trust.json'));
    await expect(file.read()).rejects.toMatchObject({ code: 'profile_unsafe' });
    await rm(join(folder, 'engine-trust.json'));
    await writeFile(join(folder, 'engine-trust.json'), '{"version":1,', { mode: 0o600 });
    await expect(file.read()).rejects.toMatchObject({ code: 'profile_unsafe' });
  });
});

describe('finding', () => {
  const search = (places: readonly Place[], versions: Readonly<Record<string, string>>, memory: TrustedEngine[] = []) =>
    findEngine({
      trustFile: { read: () => Promise.resolve(memory) },
      places,
      readVersion: (engine) => Promise.resolve(versions[engine.binary.path] ?? null),
    });

  it('passes over one that is too old when a later one will do', async () => {
    const [old, fresh] = [await fakeEngine('old', '1'), await fakeEngine('new', '2')];
    const places: Place[] = [
      { source: 'installed', path: old },
      { source: 'cache', path: fresh },
    ];
    expect((await search(places, { [old]: '0.32.9', [fresh]: '0.32.15' })).path).toBe(fresh);
    expect((await search(places, { [old]: '0.40.0', [fresh]: '0.32.15' })).path).toBe(old);
  });

  it('names the holes when all are too old, and says when there is none', async () => {
    const old = await fakeEngine('old', '1');
    const places: Place[] = [{ source: 'installed', path: old }];
    await expect(search(places, { [old]: '0.14.2' })).rejects.toMatchObject({
      code: 'engine_too_old',
      message: expect.stringContaining('CVE-2026-7482') as string,
      detail: { version: '0.14.2', lowest: '0.32.10' },
    });
    await expect(search([], {})).rejects.toMatchObject({ code: 'engine_missing' });
    await expect(search(places, {})).rejects.toMatchObject({ code: 'engine_missing' });
  });

  it('looks nowhere but where policy says', async () => {
    const other = await fakeEngine('other', '1');
    const asked = findEngine({
      trustFile: { read: () => Promise.resolve([]) },
      policy: { path: join(folder, 'absent') },
      places: [{ source: 'installed', path: other }],
      readVersion: () => Promise.resolve('0.32.15'),
    });
    await expect(asked).rejects.toMatchObject({ code: 'engine_missing' });
  });
});
