/** What the record and the way to the encrypted databases cost, beside a plain table and a bare worker. */
import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import Sqlite from 'better-sqlite3';
import type { Application } from '../../electron/app/index.ts';
import type { AuditRecord } from '../../electron/audit/types.ts';
import { withApplication } from './application.ts';
import { growth, median, quantile, timed } from './quantile.ts';
import { runRow, type Report } from './row.ts';

const sizes = [1_000, 10_000] as const;
/** Appended one after the other, as requests end; the rest of a size is filled in many at a time. */
const appended = 200;
const verified = 3;
const roundTrips = 1_000;

const recordOf = (): AuditRecord => ({
  requestId: randomUUID(),
  kind: 'generate',
  origin: 'page',
  subject: 'someone@somewhere',
  session: randomUUID(),
  model: 'bench:latest',
  modelDigest: 'ab'.repeat(32),
  promptHmac: 'cd'.repeat(32),
  answerHmac: 'ef'.repeat(32),
  documents: [randomUUID(), randomUUID()],
  decision: 'allowed',
  stage: null,
  code: null,
  durationMs: 1234,
  promptTokens: 512,
  answerTokens: 128,
});

/** A table of JSON lines, synced on each, with nothing that shows a change: what a log without promises does. */
function plainLog(path: string) {
  const db = new Sqlite(path);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE entries (entry TEXT NOT NULL)');
  const insert = db.prepare('INSERT INTO entries VALUES (?)');
  const select = db.prepare('SELECT entry FROM entries ORDER BY rowid').pluck();
  return {
    append: () => insert.run(JSON.stringify(recordOf())),
    fill: db.transaction((count: number) => {
      for (let at = 0; at < count; at += 1) insert.run(JSON.stringify(recordOf()));
    }),
    hashAll: () => {
      for (const entry of select.iterate()) createHash('sha256').update(String(entry)).digest();
    },
    close: () => db.close(),
  };
}

async function fillTo(application: Application, size: number): Promise<void> {
  const { audit } = application.rooms;
  for (;;) {
    const missing = size - audit.status().size;
    if (missing <= 0) return;
    await Promise.all(Array.from({ length: Math.min(200, missing) }, () => audit.append(recordOf())));
  }
}

async function record(report: Report): Promise<void> {
  await withApplication(async (application, folder) => {
    const { audit } = application.rooms;
    const plain = plainLog(join(folder, 'plain.db'));
    let inPlain = 0;
    const costs: { size: number; append: number; verify: number }[] = [];
    for (const size of sizes) {
      await fillTo(application, size - appended);
      plain.fill(size - appended - inPlain);
      const append = await timed(appended, () => audit.append(recordOf()));
      const plainAppend = await timed(appended, () => plain.append());
      inPlain = size;
      const verify = await timed(verified, async () => {
        const result = await audit.verify();
        if (!result.ok) throw new Error('The record does not hold.');
      });
      const hashing = await timed(verified, () => plain.hashAll());
      const name = `${size.toLocaleString('en')} entries`;
      report({
        what: `Append at ${name}, p50`,
        unit: 'ms',
        ours: median(append),
        direct: { way: 'a plain table, synced', value: median(plainAppend) },
        note: `p99 ${quantile(append, 0.99).toFixed(1)} ms; encrypted, in the worker, tree and signed checkpoint`,
      });
      report({
        what: `Verify ${name}`,
        unit: 'ms',
        ours: Math.min(...verify),
        direct: { way: 'SHA-256 of each row', value: Math.min(...hashing) },
      });
      costs.push({ size, append: median(append), verify: Math.min(...verify) });
    }
    plain.close();
    report({ what: 'Growth of an append over the entries', unit: 'power of size', ours: growth(costs.map(({ size, append }) => ({ size, cost: append }))), note: '0: not at all; 1: in proportion' }); // prettier-ignore
    report({ what: 'Growth of a verification over the entries', unit: 'power of size', ours: growth(costs.map(({ size, verify }) => ({ size, cost: verify }))) }); // prettier-ignore
  });
}

const echo =
  "const { parentPort } = require('node:worker_threads'); parentPort.on('message', (message) => parentPort.postMessage(message));";

async function roundTrip(report: Report): Promise<void> {
  await withApplication(async (application) => {
    const { database } = application.rooms.vault;
    const worker = new Worker(echo, { eval: true });
    let answered: (value: unknown) => void = () => undefined;
    worker.on('message', (message) => answered(message));
    const bare = (): Promise<unknown> =>
      new Promise((resolve) => {
        answered = resolve;
        worker.postMessage({ seq: 1, do: 'call', name: 'echo', input: {} });
      });
    const call = () => database.call('documents.pendingCount', { collectionId: null });
    await timed(100, call);
    await timed(100, bare);
    const [ours, direct]: [number[], number[]] = [[], []];
    for (let at = 0; at < roundTrips; at += 100) {
      ours.push(...(await timed(100, call)));
      direct.push(...(await timed(100, bare)));
    }
    await worker.terminate();
    for (const [name, share] of [
      ['p50', 0.5],
      ['p99', 0.99],
    ] as const)
      // prettier-ignore
      report({
        what: `A call to the encrypted database, ${name}`,
        unit: 'ms',
        ours: quantile(ours, share),
        direct: { way: 'an empty message to a worker and back', value: quantile(direct, share) },
      });
  });
}

await runRow({ 'The record': record, 'A call to the database': roundTrip });
