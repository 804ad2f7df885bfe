import { posix, win32 } from 'node:path';
import type { Entries } from '../../app/ports.ts';
import { CloisterError } from '../../../shared/errors.ts';

interface Installation {
  /** `app.getAppPath()`: the checkout, or `…/resources/app.asar`. */
  readonly appPath: string;
  readonly resourcesPath: string;
  readonly isPackaged: boolean;
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly exists: (path: string) => boolean;
  /** The Node that ran `npm start`, for a checkout whose lockfile carries none (macOS). A package never asks for it. */
  readonly starter: string | null;
}

export interface ElectronEntries extends Entries {
  readonly preload: string;
  readonly keychainHelper: string;
  readonly icon: string;
}

const joinOn =
  (platform: NodeJS.Platform) =>
  (...parts: string[]): string =>
    (platform === 'win32' ? win32 : posix).join(...parts);

/**
 * Where the parts of the build lie. In a package, what Electron loads is in the archive, whose hash the program checks
 * (macOS, Windows); what the shipped Node runs lies unpacked beside it, because Node cannot read the archive.
 */
export function electronEntries(installation: Installation): ElectronEntries {
  const join = joinOn(installation.platform);
  const { appPath, isPackaged } = installation;
  const forNode = isPackaged ? `${appPath}.unpacked` : appPath;
  return {
    databaseWorker: join(forNode, 'dist', 'database-worker.js'),
    hashWorker: join(forNode, 'dist', 'hash-worker.js'),
    egressWorker: join(forNode, 'dist', 'egress-worker.js'),
    parser: join(forNode, 'dist', 'parser.js'),
    modelChecker: join(forNode, 'dist', 'model-checker.js'),
    engineKeeper: join(forNode, 'dist', 'engine-keeper.cjs'),
    page: join(appPath, 'dist', 'page'),
    pageManifest: join(appPath, 'dist', 'page-manifest.json'),
    resources: join(forNode, 'resources'),
    node: findNode(installation),
    cli: join(forNode, 'dist', 'cli.js'),
    preload: join(appPath, 'dist', 'preload.cjs'),
    keychainHelper: join(forNode, 'dist', 'keychain-helper.js'),
    icon: join(appPath, 'resources', 'icons', 'icon.png'),
  };
}

/**
 * The Node that runs the parser, the keychain helper and the engine's keeper. Never Electron: the fuse `runAsNode` is off
 * in a package, and a checkout is to work the same way. See docs/decisions/packaging-node.md.
 */
function findNode({ appPath, resourcesPath, isPackaged, platform, arch, exists, starter }: Installation): string {
  const join = joinOn(platform);
  const binary = platform === 'win32' ? 'node.exe' : 'node';
  const system = platform === 'win32' ? 'win' : platform;
  const candidates = isPackaged
    ? [join(resourcesPath, 'node', 'bin', binary)]
    : [
        join(appPath, 'node_modules', `node-${system}-${arch}`, 'bin', binary),
        join(appPath, 'node_modules', 'node', 'bin', binary),
        join(appPath, 'node_modules', '.bin', binary),
        ...(starter === null ? [] : [starter]),
      ];
  const found = candidates.find(exists);
  if (found !== undefined) return found;
  throw new CloisterError(
    'not_available',
    'The Node program that belongs to Cloister is missing. Install Cloister again.',
  );
}
