import { chmod, cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fuseSentinel } from './artefacts.ts';

const root = join(import.meta.dirname, '../..');

/** The state in which Electron 45 ships: nine fuses. */
const shippedFuses = '101100011';

async function put(path: string, content: string | Buffer = ''): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

/** A folder that looks to electron-builder like Electron for Linux. Its binary holds the fuses and does nothing. */
export async function writeStandInElectron(folder: string): Promise<string> {
  const binary = Buffer.concat([
    Buffer.from(`\x7fELF${fuseSentinel}`, 'latin1'),
    Buffer.from([1, 9]),
    Buffer.from(shippedFuses),
    Buffer.alloc(64),
  ]);
  await put(join(folder, 'electron'), binary);
  await chmod(join(folder, 'electron'), 0o755);
  for (const name of [
    'chrome-sandbox',
    'version',
    'LICENSE',
    'LICENSES.chromium.html',
    'resources/inspector/a',
    'locales/en-US.pak',
    'locales/de.pak',
  ]) {
    await put(join(folder, name));
  }
  return folder;
}

/** What a build gives, and what must never be packed. */
export const builtFiles = [
  'dist/main.js',
  'dist/preload.cjs',
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
  'dist/page-manifest.json',
  'dist/page/index.html',
  'dist/page/assets/app.js',
  'dist/pdfjs/cmaps/a.bcmap',
];

export const strayFiles = [
  'dist/types/electron/main.d.ts',
  'dist/page/assets/app.js.map',
  'dist/a.tsbuildinfo',
  'electron/main.ts',
  'renderer/app/main.tsx',
  'shared/errors.ts',
  'scripts/build.ts',
  'test/unit/a.test.ts',
  'docs/threat-model.md',
  '.env',
  '.git/config',
  'notes.txt',
  'README.md',
];

/** A project of the real package.json, configuration, resources and modules, with a small build and stray files around it. */
export async function writeStandInProject(folder: string): Promise<void> {
  for (const name of ['package.json', 'electron-builder.yml', 'resources']) {
    await cp(join(root, name), join(folder, name), { recursive: true });
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const name of [...builtFiles, ...strayFiles]) await put(join(folder, name), 'content');
}
