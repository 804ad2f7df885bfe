/** One size, measured in a process that has done nothing but open the vault: its memory is what a user's would be. */
import { setTimeout as wait } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { wordsIn, quoted } from '../../../electron/documents/search/query.ts';
import { createDurableKeychain } from '../../service/audit/durable-keychain.ts';
import { applicationOf } from '../application.ts';
import { quantile } from '../quantile.ts';
import { dimensions, questionOf, vectorOf } from './corpus.ts';

interface Spread {
  readonly p50: number;
  readonly p95: number;
}

export interface Measured {
  readonly ours: Spread;
  readonly vectors: Spread;
  readonly keywordsAlone: Spread;
  readonly scanAlone: Spread;
  readonly megabytes: number;
  /** Of the ten best by brute force, the share that our own ten hold. */
  readonly recall: number;
}

interface Input {
  readonly profile: string;
  readonly keychain: string;
  readonly plain: string;
  readonly collectionId: string;
  readonly digest: string;
}

const questions = 200;
const warmUp = 10;
const k = 10;
/** Questions near a passage, as real ones are: the passage's vector, not one of nothing. */
const questionVector = (number: number): Float32Array => vectorOf(2_000_000 + number);

const spread = (times: readonly number[]): Spread => ({ p50: quantile(times, 0.5), p95: quantile(times, 0.95) });

async function timeAll(count: number, work: (number: number) => unknown): Promise<Spread> {
  for (let number = 0; number < warmUp; number += 1) await work(100_000 + number);
  const times: number[] = [];
  for (let number = 0; number < count; number += 1) {
    const started = performance.now();
    await work(number);
    times.push(performance.now() - started);
  }
  return spread(times);
}

/** SQLite's full-text search of the same words, stop-words and all, as a first attempt would have it. */
function keywordsIn(plain: Sqlite.Database): (number: number) => unknown {
  const select = plain.prepare('SELECT rowid, rank FROM passages WHERE passages MATCH ? ORDER BY rank LIMIT 100');
  return (number) => select.all(wordsIn(questionOf(number)).map(quoted).join(' OR '));
}

/** Every vector as floats in one array, compared one by one: exact, and all of it in memory. */
function scanOf(chunks: readonly number[]): (number: number) => number[] {
  const all = new Float32Array(chunks.length * dimensions);
  for (const [at, chunk] of chunks.entries()) all.set(vectorOf(chunk), at * dimensions);
  const scores = new Float32Array(chunks.length);
  return (number) => {
    const question = questionVector(number);
    for (let at = 0, from = 0; at < chunks.length; at += 1, from += dimensions) {
      let sum = 0;
      for (let each = 0; each < dimensions; each += 1) sum += (all[from + each] ?? 0) * (question[each] ?? 0);
      scores[at] = sum;
    }
    const floor = scores.toSorted()[scores.length - k] ?? 0;
    return chunks.filter((_, at) => (scores[at] ?? 0) >= floor).slice(0, k);
  };
}

async function main(input: Input): Promise<Measured> {
  const application = applicationOf(input.profile, 'terminal', createDurableKeychain(input.keychain));
  await application.start();
  await application.unlock();
  try {
    const { database } = application.rooms.vault;
    const search = (number: number, mode: 'hybrid' | 'vector') =>
      database.call('documents.search', {
        collectionIds: [input.collectionId],
        texts: [questionOf(number)],
        vectors: [questionVector(number)],
        digest: input.digest,
        k,
        mode,
      });
    const ours = await timeAll(questions, (number) => search(number, 'hybrid'));
    const vectors = await timeAll(questions / 4, (number) => search(number, 'vector'));
    await wait(200);
    const megabytes = process.memoryUsage.rss() / 1e6;

    const plain = new Sqlite(input.plain, { readonly: true });
    const keywordsAlone = await timeAll(questions / 4, keywordsIn(plain));
    const { n } = plain.prepare('SELECT count(*) n FROM passages').get() as { n: number };
    plain.close();

    // Numbered from 1 without holes: nothing was ever deleted.
    const scan = scanOf(Array.from({ length: n }, (_, at) => at + 1));
    const scanAlone = await timeAll(20, scan);
    let found = 0;
    for (let number = 0; number < 20; number += 1) {
      const mine = new Set((await search(number, 'vector')).hits.map(({ chunkId }) => chunkId));
      found += scan(number).filter((chunk) => mine.has(chunk)).length;
    }
    return { ours, vectors, keywordsAlone, scanAlone, megabytes, recall: found / (20 * k) };
  } finally {
    await application.stop();
  }
}

const measured = await main(JSON.parse(process.argv[2] ?? '{}') as Input);
process.send?.(measured);
process.disconnect();
