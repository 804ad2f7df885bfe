import { execFile } from 'node:child_process';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { HostLayout } from './namespace-arguments.ts';

const execute = promisify(execFile);

const usual = ['/usr/bin/bwrap', '/usr/local/bin/bwrap', '/bin/bwrap', '/run/current-system/sw/bin/bwrap'];

/** Fixed places only: PATH may lead anywhere. */
export async function findBubblewrap(): Promise<string | null> {
  for (const path of usual) {
    if (
      await lstat(path).then(
        (found) => found.isFile() || found.isSymbolicLink(),
        () => false,
      )
    )
      return path;
  }
  return null;
}

const roots = ['/lib', '/lib64', '/lib32', '/libx32'];
const libraryFolders = [
  '/usr/lib',
  '/usr/lib64',
  '/usr/lib32',
  '/usr/libx32',
  '/usr/local/lib',
  '/nix/store',
  '/run/opengl-driver',
];

async function kindOf(path: string): Promise<'link' | 'folder' | null> {
  const found = await lstat(path).catch(() => null);
  if (found?.isSymbolicLink() === true) return 'link';
  return found?.isDirectory() === true ? 'folder' : null;
}

const graphicsNode = /^(nvidia[\w-]*|kfd|dxg)$/;
const renderNode = /^renderD\d+$/;

/** Graphics cards for computing; never the nodes that can draw on a screen (`/dev/dri/card*`). */
async function graphicsDevices(): Promise<string[]> {
  const names = await readdir('/dev').catch(() => []);
  const render = await readdir('/dev/dri').catch(() => []);
  return [
    ...names.filter((name) => graphicsNode.test(name)).map((name) => join('/dev', name)),
    ...render.filter((name) => renderNode.test(name)).map((name) => join('/dev/dri', name)),
  ].sort();
}

/** `bubblewrap 0.8.0` → true. */
export function isModern(version: string): boolean {
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) > 0 || Number(minor) >= 8;
}

export async function readHostLayout(bubblewrap: string): Promise<HostLayout> {
  const { stdout } = await execute(bubblewrap, ['--version'], { env: {}, timeout: 5_000 });
  const links: { path: string; target: string }[] = [];
  const libraries: string[] = [];
  for (const path of [...roots, ...libraryFolders]) {
    const kind = await kindOf(path);
    if (kind === 'link' && roots.includes(path)) links.push({ path, target: await readlink(path) });
    else if (kind !== null) libraries.push(path);
  }
  return { modern: isModern(stdout), links, libraries, devices: await graphicsDevices() };
}
