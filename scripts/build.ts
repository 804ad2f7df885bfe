/**
 * Builds everything into `dist/`: the Node entries with Rolldown, the page with Vite, and a manifest of the page's files
 * (path, SHA-256, media type), from which alone the hosts serve it. `node scripts/build.ts [entry…]` builds a part.
 */
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { rolldown, type OutputOptions } from 'rolldown';
import { build as buildPage } from 'vite';
import { buildParserSnapshot } from './parser-snapshot.ts';
import { textStateOfOneKind } from './pdfjs-text-state.ts';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

/** Loaded from `node_modules` at run time: native addons, and the driver of the installed Chromium. */
const external = ['electron', 'better-sqlite3', 'keytar', 'playwright-core'];

const entries: Readonly<Record<string, { source: string; format: 'esm' | 'cjs'; selfContained?: boolean }>> = {
  main: { source: 'electron/main.ts', format: 'esm' },
  preload: { source: 'electron/preload.ts', format: 'cjs' },
  cli: { source: 'electron/cli.ts', format: 'esm' },
  'database-worker': { source: 'electron/app/database-worker.ts', format: 'esm' },
  'hash-worker': { source: 'electron/models/store/hash-worker.ts', format: 'esm', selfContained: true },
  'egress-worker': { source: 'electron/egress/thread/entry.ts', format: 'esm', selfContained: true },
  'keychain-helper': { source: 'electron/vault/keychain/helper.ts', format: 'esm' },
  'engine-keeper': { source: 'electron/engine/keeper/entry.ts', format: 'cjs', selfContained: true },
  parser: { source: 'electron/documents/parse/sandboxed/entry.ts', format: 'esm', selfContained: true },
  'model-checker': { source: 'electron/models/check/sandboxed/entry.ts', format: 'esm', selfContained: true },
};

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
};

async function buildEntry(name: string): Promise<void> {
  const entry = entries[name];
  if (entry === undefined) throw new Error(`No entry named ${name}. Known: ${Object.keys(entries).join(', ')}, page.`);
  const bundle = await rolldown({
    input: { [name]: join(root, entry.source) },
    platform: 'node',
    external: entry.selfContained ? [] : external,
    logLevel: 'warn',
    plugins: name === 'parser' ? [textStateOfOneKind()] : [],
  });
  const output: OutputOptions = {
    dir: dist,
    format: entry.format,
    entryFileNames: entry.format === 'cjs' ? '[name].cjs' : '[name].js',
    chunkFileNames: `${name}-[name]-[hash].js`,
    minify: false,
    sourcemap: false,
    ...(entry.selfContained || entry.format === 'cjs' ? { codeSplitting: false } : {}),
  };
  await bundle.write(output);
  await bundle.close();
}

async function filesBelow(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function writePageManifest(): Promise<void> {
  const page = join(dist, 'page');
  const files: Record<string, { sha256: string; type: string }> = {};
  for (const file of (await filesBelow(page)).sort()) {
    const type = mediaTypes[extname(file)];
    if (type === undefined) throw new Error(`The page holds a file of unknown type: ${relative(page, file)}`);
    const sha256 = createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
    files[relative(page, file).split(sep).join('/')] = { sha256, type };
  }
  await writeFile(join(dist, 'page-manifest.json'), `${JSON.stringify(files, null, 1)}\n`);
}

async function buildThePage(): Promise<void> {
  await buildPage({ configFile: join(root, 'renderer/vite.config.ts'), logLevel: 'warn' });
  await writePageManifest();
}

/** pdf.js reads its character maps from disk; the parser sandbox sees nothing but `dist/`. */
async function copyParserData(): Promise<void> {
  for (const folder of ['cmaps', 'standard_fonts']) {
    await cp(join(root, 'node_modules/pdfjs-dist', folder), join(dist, 'pdfjs', folder), { recursive: true });
  }
}

const wanted = process.argv.slice(2);
await mkdir(dist, { recursive: true });
if (wanted.length === 0) await rm(join(dist, 'page'), { recursive: true, force: true });
for (const name of wanted.length === 0 ? [...Object.keys(entries), 'page'] : wanted) {
  if (name === 'parser') {
    await copyParserData();
    await buildParserSnapshot(dist);
  }
  if (name === 'page') await buildThePage();
  else await buildEntry(name);
}
