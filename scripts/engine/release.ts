import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { engineVersion } from '../../electron/engine/find/index.ts';
import type { Report } from './command.ts';
import { download, getText, sha256OfFile } from './download.ts';

const officialReleases = 'https://github.com/ollama/ollama/releases/download';

interface Asset {
  readonly name: string;
  /** Below the prefix: Linux archives hold `bin` and `lib`, the others lie flat. */
  readonly into: string;
}

/** The archive for a computer, or null where none is published. */
export function assetFor(platform: NodeJS.Platform, architecture: string): Asset | null {
  const machine = { x64: 'amd64', arm64: 'arm64' }[architecture];
  if (machine === undefined) return null;
  if (platform === 'linux') return { name: `ollama-linux-${machine}.tar.zst`, into: '.' };
  if (platform === 'darwin') return { name: 'ollama-darwin.tgz', into: 'bin' };
  return platform === 'win32' ? { name: `ollama-windows-${machine}.zip`, into: 'bin' } : null;
}

/** The checksum of one file out of `sha256sum`'s list (`<hex>  ./name`). */
export function publishedChecksum(list: string, name: string): string | null {
  for (const line of list.split('\n')) {
    const [, hex, file] = /^([0-9a-f]{64})[ *]+(?:\.\/)?(.+?)\s*$/.exec(line) ?? [];
    if (file === name && hex !== undefined) return hex;
  }
  return null;
}

async function unpack(archive: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  // Windows' own tar reads zip files; elsewhere the compression is undone here, so that no zstd need be installed.
  if (archive.endsWith('.zip')) {
    const [code] = (await once(spawn('tar.exe', ['-xf', archive, '-C', folder], { stdio: 'ignore' }), 'close')) as [
      number,
    ];
    if (code !== 0) throw new Error('The archive could not be unpacked.');
    return;
  }
  const tar = spawn('tar', ['-x', '--no-same-owner', '-f', '-', '-C', folder], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const closed = once(tar, 'close') as Promise<[number | null]>;
  const unpacked = archive.endsWith('.zst') ? createZstdDecompress() : createGunzip();
  // tar stops reading at the archive's end mark, before the padding after it; its exit code says whether it got all.
  const fed = await pipeline(createReadStream(archive), unpacked, tar.stdin).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if ((await closed)[0] !== 0) throw new Error('The archive could not be unpacked.', { cause: fed });
}

interface Release {
  readonly prefix: string;
  readonly work: string;
  readonly report: Report;
  readonly base?: string;
}

/** The official release with its published checksum, into `prefix`. Rejects when it cannot be reached or does not match. */
export async function obtainRelease({ prefix, work, report, base = officialReleases }: Release): Promise<void> {
  const asset = assetFor(process.platform, process.arch);
  if (asset === null) throw new Error('no release is published for this kind of computer');
  const folder = `${base}/v${engineVersion}`;
  const wanted = publishedChecksum(await getText(`${folder}/sha256sum.txt`), asset.name);
  if (wanted === null) throw new Error(`the published checksums do not name ${asset.name}`);
  const archive = join(work, asset.name);
  if ((await sha256OfFile(archive).catch(() => null)) !== wanted) {
    report(`Downloading Ollama ${engineVersion} (${asset.name})…`);
    await download(`${folder}/${asset.name}`, archive, report);
  }
  if ((await sha256OfFile(archive)) !== wanted) {
    await rm(archive, { force: true });
    throw new Error(`${asset.name} does not have the published checksum and was thrown away`);
  }
  const draft = join(work, 'release');
  await rm(draft, { recursive: true, force: true });
  await unpack(archive, join(draft, asset.into));
  await rm(prefix, { recursive: true, force: true });
  await rename(draft, prefix);
  await rm(archive, { force: true });
}
