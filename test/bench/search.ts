/** Search in the encrypted database at three sizes, each in a fresh process that has only opened the vault. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import type { Application } from '../../electron/app/index.ts';
import { createDurableKeychain } from '../service/audit/durable-keychain.ts';
import { applicationOf, inFolder } from './application.ts';
import { growth } from './quantile.ts';
import { runRow, type Report } from './row.ts';
import { documentOf, passagesInDocument, vectorOf } from './search/corpus.ts';
import type { Measured } from './search/measure.ts';

const sizes = [10_000, 30_000, 100_000] as const;
const digest = 'sha256:bench-embedder';
const batch = 1000;

interface Places {
  readonly profile: string;
  readonly keychain: string;
  readonly plain: string;
}

/** The same passages in SQLite's own full-text index, without encryption: the direct way. */
function openPlain(path: string): Database {
  const plain = new Sqlite(path);
  plain.exec(
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; CREATE VIRTUAL TABLE IF NOT EXISTS passages USING fts5(text, tokenize = 'porter unicode61')",
  );
  return plain;
}

async function putDocuments(
  application: Application,
  plain: Database,
  collectionId: string,
  from: number,
  to: number,
): Promise<void> {
  const { database } = application.rooms.vault;
  const insert = plain.prepare('INSERT INTO passages (text) VALUES (?)');
  for (let number = from; number < to; number += 1) {
    const { name, sha256, parsed, texts } = documentOf(number);
    const file = {
      path: `/bench/${name}`,
      name,
      origin: 'path',
      size: parsed.text.length,
      modified: 1,
      checkedAt: 1,
      sha256,
    } as const;
    const putting = database.call('documents.put', {
      collectionId,
      file,
      parsed,
      sandbox: 'namespace',
      now: '2026-01-01T00:00:00.000Z',
    });
    plain.transaction(() => texts.forEach((text) => insert.run(text)))();
    await putting;
  }
}

async function putVectors(application: Application, collectionId: string): Promise<void> {
  const { database } = application.rooms.vault;
  await database.call('documents.useEmbedder', { name: 'bench', digest });
  for (;;) {
    const waiting = await database.call('documents.pending', { collectionId, limit: batch });
    if (waiting.length === 0) return;
    const vectors = waiting.map(({ chunk }) => ({ chunk, collectionId, vector: vectorOf(chunk) }));
    await database.call('documents.putEmbeddings', { digest, vectors });
  }
}

/** Grows the vault from one size to the next through the documents' own operations. Gives the number of passages. */
async function grow(places: Places, from: number, to: number): Promise<{ chunks: number; collectionId: string }> {
  const application = applicationOf(places.profile, 'terminal', createDurableKeychain(places.keychain));
  const plain = openPlain(places.plain);
  await application.start();
  try {
    if (from === 0) await application.create({ keySource: 'keychain' });
    else await application.unlock();
    const { documents } = application.rooms;
    const { id } = (await documents.collectionByName('Bench')) ?? (await documents.createCollection('Bench'));
    await putDocuments(application, plain, id, from / passagesInDocument, to / passagesInDocument);
    await putVectors(application, id);
    const collection = await documents.collectionByName('Bench');
    return { chunks: collection?.chunks ?? 0, collectionId: id };
  } finally {
    plain.close();
    await application.stop();
  }
}

function measureApart(input: Record<string, string>): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'search', 'measure.ts'), [JSON.stringify(input)]);
    let measured: Measured | null = null;
    child.on('message', (message) => (measured = message as Measured));
    child.on('error', reject);
    child.on('close', () =>
      measured === null ? reject(new Error('The measuring process gave nothing.')) : resolve(measured),
    );
  });
}

function reportSize(report: Report, chunks: number, measured: Measured, seconds: number): void {
  const { ours, keywordsAlone, scanAlone, megabytes, recall } = measured;
  const name = `${chunks.toLocaleString('en')} passages`;
  const large = chunks >= 100_000;
  report({
    what: `${name}, p50`,
    unit: 'ms',
    ours: ours.p50,
    direct: { way: 'FTS5 alone, not encrypted', value: keywordsAlone.p50 },
    ...(large ? { target: { bound: 'most', value: 15, of: 'ours' } } : {}),
    note: `words and meaning, stop-words in each question; filled in ${seconds.toFixed(0)} s`,
  });
  report({
    what: `${name}, p95`,
    unit: 'ms',
    ours: ours.p95,
    direct: { way: 'FTS5 alone, not encrypted', value: keywordsAlone.p95 },
    ...(large ? { target: { bound: 'most', value: 40, of: 'ours' } } : {}),
  });
  report({
    what: `${name}, meaning alone, p50`,
    unit: 'ms',
    ours: measured.vectors.p50,
    direct: { way: 'scan of all floats in memory', value: scanAlone.p50 },
    note: `${(100 * recall).toFixed(1)} % of the scan's best ten among ours`,
  });
  report({
    what: `${name}, memory of the whole process`,
    unit: 'MB',
    ours: megabytes,
    ...(large ? { target: { bound: 'most', value: 400, of: 'ours' } } : {}),
  });
}

async function measure(report: Report): Promise<void> {
  await inFolder(async (folder) => {
    const places = {
      profile: join(folder, 'profile'),
      keychain: join(folder, 'keychain.json'),
      plain: join(folder, 'plain.db'),
    };
    const points: { size: number; cost: number; scan: number }[] = [];
    let before = 0;
    for (const size of sizes) {
      const started = performance.now();
      const { chunks, collectionId } = await grow(places, before, size);
      const seconds = (performance.now() - started) / 1000;
      if (chunks < size) throw new Error(`Only ${chunks} of ${size} passages are there.`);
      const measured = await measureApart({ ...places, collectionId, digest });
      reportSize(report, chunks, measured, seconds);
      points.push({ size: chunks, cost: measured.ours.p50, scan: measured.keywordsAlone.p50 });
      before = size;
    }
    report({
      what: 'Growth of p50 over size',
      unit: 'power of size',
      ours: growth(points),
      direct: { way: 'FTS5 alone', value: growth(points.map(({ size, scan }) => ({ size, cost: scan }))) },
      note: '0: not at all; 1: in proportion',
    });
  });
}

await runRow({ Search: measure });
