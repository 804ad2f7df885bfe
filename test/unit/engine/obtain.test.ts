import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { download } from '../../../scripts/engine/download.ts';
import { assetFor, obtainRelease, publishedChecksum } from '../../../scripts/engine/release.ts';
import { inTurn } from '../../../scripts/engine/turn.ts';
import { isAlive, until } from '../../service/engine/support.ts';

let folder = '';
let server: Server;
let base = '';
const files = new Map<string, Buffer>();
let ranges: (string | undefined)[] = [];
/** Ends the next answer after so many bytes, as a lost connection does. */
let cutAfter: number | null = null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'engine-obtain-'));
  files.clear();
  ranges = [];
  cutAfter = null;
  server = createServer((request, response) => {
    const content = files.get(request.url ?? '');
    ranges.push(request.headers.range);
    if (content === undefined) return void response.writeHead(404).end();
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const part = content.subarray(from);
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': part.length });
    if (cutAfter === null) return void response.end(part);
    response.write(part.subarray(0, cutAfter), () => setTimeout(() => response.destroy(), 300));
    cutAfter = null;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
});

afterEach(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

const quiet = (): void => undefined;
const asset = assetFor(process.platform, process.arch)!;

/** A release archive with a program and a library, as published. */
async function publish(claimed?: string): Promise<void> {
  const content = join(folder, 'content');
  await mkdir(join(content, 'bin'), { recursive: true });
  await mkdir(join(content, 'lib', 'ollama'), { recursive: true });
  await writeFile(join(content, 'bin', 'ollama'), 'binary', { mode: 0o755 });
  await writeFile(join(content, 'lib', 'ollama', 'llama-server'), 'runner', { mode: 0o755 });
  const archive = zstdCompressSync(execFileSync('tar', ['-c', '-C', content, 'bin', 'lib']));
  const hex = claimed ?? createHash('sha256').update(archive).digest('hex');
  files.set(`/v0.32.15/${asset.name}`, archive);
  files.set('/v0.32.15/sha256sum.txt', Buffer.from(`${'0'.repeat(64)}  ./other.zip\n${hex}  ./${asset.name}\n`));
}

describe('the official release', () => {
  it.each([
    ['linux', 'x64', 'ollama-linux-amd64.tar.zst'],
    ['linux', 'arm64', 'ollama-linux-arm64.tar.zst'],
    ['darwin', 'arm64', 'ollama-darwin.tgz'],
    ['win32', 'x64', 'ollama-windows-amd64.zip'],
    ['linux', 'riscv64', undefined],
    ['freebsd', 'x64', undefined],
  ] as const)('for %s on %s is %s', (platform, architecture, name) => {
    expect(assetFor(platform, architecture)?.name).toBe(name);
  });

  it('finds the published checksum of exactly its file', () => {
    const hex = 'a'.repeat(64);
    expect(publishedChecksum(`${'b'.repeat(64)}  ./x-amd64.tar.zst\n${hex}  ./amd64.tar.zst\n`, 'amd64.tar.zst')).toBe(
      hex,
    );
    expect(publishedChecksum(`${hex} *amd64.zip`, 'amd64.zip')).toBe(hex);
    expect(publishedChecksum('', 'amd64.zip')).toBeNull();
  });

  it('is unpacked when its checksum is the published one', async () => {
    await publish();
    const prefix = join(folder, 'prefix');
    await obtainRelease({ prefix, work: folder, report: quiet, base });
    expect(await readFile(join(prefix, asset.into === '.' ? '' : 'bin', 'bin', 'ollama'), 'utf8')).toBe('binary');
    expect(existsSync(join(folder, asset.name))).toBe(false);
  });

  it('is thrown away when it is not, and nothing of it is kept', async () => {
    await publish('c'.repeat(64));
    const prefix = join(folder, 'prefix');
    await expect(obtainRelease({ prefix, work: folder, report: quiet, base })).rejects.toThrow(/published checksum/);
    expect(existsSync(prefix)).toBe(false);
    expect((await readdir(folder)).sort()).toEqual(['content']);
  });

  it('fails within seconds, and says what, when nothing can be reached', async () => {
    server.close();
    const from = performance.now();
    const asked = obtainRelease({
      prefix: join(folder, 'prefix'),
      work: folder,
      report: quiet,
      base: 'http://127.0.0.1:9',
    });
    await expect(asked).rejects.toThrow(/127\.0\.0\.1:9 cannot be reached/);
    expect(performance.now() - from).toBeLessThan(6_000);
  });
});

describe('a download', () => {
  it('goes on where it was cut off', async () => {
    const content = Buffer.alloc(300_000, 'engine ');
    files.set('/big', content);
    cutAfter = 100_000;
    const file = join(folder, 'big');
    await expect(download(`${base}/big`, file, quiet)).rejects.toThrow();
    const said: string[] = [];
    await download(`${base}/big`, file, (line) => said.push(line));
    expect(ranges[1]).toMatch(/^bytes=[1-9]\d*-$/);
    expect((await readFile(file)).equals(content)).toBe(true);
    expect(said.at(-1)).toContain('100 %');
    expect((await readdir(folder)).sort()).toEqual(['big']);
  });
});

describe('two set-ups at once', () => {
  it('take turns', async () => {
    const file = join(folder, 'turn');
    const order: string[] = [];
    const work = (name: string) => async (): Promise<void> => {
      order.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 100));
      order.push(`${name} ends`);
    };
    await Promise.all([inTurn(file, quiet, work('a')), inTurn(file, quiet, work('b'))]);
    expect(order[1]).toBe(order[0]!.replace('begins', 'ends'));
    expect(order).toHaveLength(4);
    expect(existsSync(file)).toBe(false);
  });

  it('do not wait for one that died', async () => {
    const file = join(folder, 'turn');
    await writeFile(file, '4194305');
    expect(await inTurn(file, quiet, () => Promise.resolve('mine'))).toBe('mine');
  });

  it('let go when the work fails', async () => {
    const file = join(folder, 'turn');
    await expect(inTurn(file, quiet, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(existsSync(file)).toBe(false);
  });
});

describe('an interrupted set-up', () => {
  it('takes with it what its command started', async () => {
    const mark = join(folder, 'child');
    const program = `import { runCommand } from ${JSON.stringify(join(import.meta.dirname, '../../../scripts/engine/command.ts'))};
      await runCommand('sh', ['-c', 'sleep 60 & echo $! > ${mark}; wait'], { log: ${JSON.stringify(join(folder, 'log'))} });`;
    const setup = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', program], { stdio: 'ignore' });
    await until('the command runs', async () => (await readFile(mark, 'utf8').catch(() => '')).includes('\n'));
    const child = Number(await readFile(mark, 'utf8'));
    expect(await isAlive(child)).toBe(true);
    setup.kill('SIGINT');
    expect(await once(setup, 'close')).toEqual([130, null]);
    await until('its child is gone', async () => !(await isAlive(child)));
  });
});
