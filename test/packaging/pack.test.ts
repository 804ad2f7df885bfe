import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, Platform } from 'electron-builder';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asarPaths, readFuses } from './artefacts.ts';
import { builtFiles, strayFiles, writeStandInElectron, writeStandInProject } from './stand-in.ts';

let folder = '';
let unpacked = '';
let packed: string[] = [];
let beside: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloister-pack-'));
  const projectDir = join(folder, 'project');
  await writeStandInProject(projectDir);
  const electronDist = await writeStandInElectron(join(folder, 'electron'));
  await build({
    projectDir,
    targets: Platform.LINUX.createTarget('dir'),
    publish: 'never',
    config: { electronDist },
  });
  unpacked = join(
    projectDir,
    'release',
    (await readdir(join(projectDir, 'release'))).find((name) => name.startsWith('linux'))!,
  );
  const files = await readdir(join(unpacked, 'resources/app.asar.unpacked'), { recursive: true, withFileTypes: true });
  beside = files
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(`${unpacked}/resources/app.asar.unpacked/`.length));
  packed = asarPaths(join(unpacked, 'resources/app.asar'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the packed application', () => {
  it('holds the whole build', () => expect(packed).toEqual(expect.arrayContaining(builtFiles)));

  it('holds nothing that was not named: no source, no test, no types, no map, no stray file', () => {
    for (const stray of strayFiles) expect(packed).not.toContain(stray);
    const roots = new Set(packed.map((path) => path.split('/')[0]));
    expect([...roots].sort()).toEqual(['dist', 'node_modules', 'package.json', 'resources']);
    expect(
      packed.filter(
        (path) =>
          /\.(ts|map|md|gyp|cc|c|h|tsbuildinfo)$/.test(path) &&
          !path.startsWith('resources/') &&
          !path.endsWith('LICENSE.md'),
      ),
    ).toEqual([]);
  });

  it('brings the two native modules of this system, and no other module', () => {
    const modules = new Set(
      packed.filter((path) => path.startsWith('node_modules/')).map((path) => path.split('/')[1]),
    );
    expect([...modules].sort()).toEqual(['better-sqlite3', 'keytar']);
    const natives = packed.filter((path) => path.endsWith('.node'));
    expect(natives.sort()).toEqual([
      `node_modules/better-sqlite3/prebuilds/linux-${process.arch}.node`,
      `node_modules/keytar/prebuilds/linux-${process.arch}/keytar.node`,
    ]);
  });

  it('keeps what Electron loads in the archive, and what Node runs beside it', () => {
    for (const name of ['dist/main.js', 'dist/preload.cjs', 'dist/page/index.html', 'dist/page-manifest.json'])
      expect(beside).not.toContain(name);
    for (const name of [
      'dist/cli.js',
      'dist/cli-chunk-abc.js',
      'dist/database-worker.js',
      'dist/hash-worker.js',
      'dist/egress-worker.js',
      'dist/keychain-helper.js',
      'dist/engine-keeper.cjs',
      'dist/parser.js',
      'dist/model-checker.js',
      'dist/parser.blob',
      'dist/parser.blob.json',
      'dist/pdfjs/cmaps/a.bcmap',
      'package.json',
      'node_modules/keytar/lib/keytar.js',
    ]) {
      expect(beside).toContain(name);
    }
  });

  it('runs its native modules with its own Node', () => {
    const node = join(unpacked, 'resources/node/bin/node');
    const script = `const Database = require('better-sqlite3'); const db = new Database(':memory:'); require('keytar'); console.log(process.versions.node, db.prepare('SELECT 1 AS one').get().one);`;
    const done = execFileSync(node, ['-e', script], {
      cwd: join(unpacked, 'resources/app.asar.unpacked'),
      env: {},
      encoding: 'utf8',
    });
    expect(done).toMatch(/^24\.\d+\.\d+ 1\n$/);
  });

  it('has its fuses set in the binary itself', () => {
    expect(readFuses(join(unpacked, 'cloister-desktop'))).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
      // Not known to electron-builder 26; stays as Electron ships it.
      wasmTrapHandlers: true,
    });
  });

  it('carries one language, and no update feed', () => {
    expect(existsSync(join(unpacked, 'locales/en-US.pak'))).toBe(true);
    expect(existsSync(join(unpacked, 'locales/de.pak'))).toBe(false);
    expect(existsSync(join(unpacked, 'resources/app-update.yml'))).toBe(false);
  });
});
