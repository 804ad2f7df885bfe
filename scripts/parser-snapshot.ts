/** The snapshot that parsers start from, made by the Node that will start them. See docs/decisions/parse-sandbox.md. */
import { execFile } from 'node:child_process';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';
import { textStateOfOneKind } from './pdfjs-text-state.ts';

const root = join(import.meta.dirname, '..');

/** A snapshot is one script of CommonJS, and cannot load another one. */
async function bundle(source: string, file: string): Promise<void> {
  const built = await rolldown({
    input: source,
    platform: 'node',
    logLevel: 'warn',
    plugins: [textStateOfOneKind()],
  });
  await built.write({ file, format: 'cjs', codeSplitting: false, minify: true });
  await built.close();
}

/** Runs `source` once and keeps what it loaded as `blob`; beside it stands which Node it belongs to. */
export async function makeSnapshot(source: string, blob: string, args: readonly string[] = []): Promise<void> {
  const [script, fresh] = [`${blob}.cjs`, `${blob}.new`];
  await bundle(source, script);
  const { execPath, version } = process;
  await promisify(execFile)(execPath, ['--no-warnings', '--snapshot-blob', fresh, '--build-snapshot', script, ...args]);
  await rm(script);
  const { size } = await stat(execPath);
  await writeFile(`${blob}.json`, `${JSON.stringify({ node: version, bytes: size })}\n`);
  await rename(fresh, blob);
}

/** Where Node makes none, documents are read all the same, more slowly; the doctor says so too. */
export async function buildParserSnapshot(dist: string): Promise<void> {
  const source = join(root, 'electron/documents/parse/sandboxed/snapshot.ts');
  const blob = join(dist, 'parser.blob');
  try {
    await makeSnapshot(source, blob, [join(root, 'resources/samples/Employee handbook.pdf')]);
  } catch (thrown) {
    await rm(blob, { force: true });
    process.stderr.write(
      `The parser's snapshot could not be made; documents are read more slowly. ${String(thrown)}\n`,
    );
  }
}
