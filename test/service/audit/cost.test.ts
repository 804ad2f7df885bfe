import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { expect, it } from 'vitest';
import { createAuditOperations } from '../../../electron/audit/database.ts';
import { emptyDatabase, fill, openLog, record, seedOf } from '../../unit/audit/log-in-memory.ts';
import { openAuditVault } from './audit-vault.ts';

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

async function timed(count: number, work: (index: number) => unknown): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const started = performance.now();
    await work(index);
    times.push(performance.now() - started);
  }
  return median(times);
}

it('appends in time that does not grow with the log', async () => {
  const operations = createAuditOperations(emptyDatabase());
  operations['audit.open']({ vaultId: 'cost', seed: Buffer.from(seedOf('audit-signing')) });
  const append = (): unknown => operations['audit.append']({ record: record(), at: '2026-01-01T00:00:00.000Z' });
  await timed(200, append);
  const small = await timed(300, append);
  await timed(15_000, append);
  const large = await timed(300, append);
  // Thirty times the entries are five levels more; a rehash of everything would be thirty times.
  expect(large).toBeLessThan(Math.max(small, 0.05) * 4);
  expect(large).toBeLessThan(3);
});

it('opens and looks at the head of a large log without reading it', async () => {
  const opening = async (entries: number): Promise<number> => {
    const db = emptyDatabase();
    const { log } = await openLog(db, { keychain: null });
    await fill(log, entries);
    const times: number[] = [];
    for (let round = 0; round < 15; round++) {
      const started = performance.now();
      await openLog(db, { keychain: null });
      times.push(performance.now() - started);
    }
    // The fastest of some: what else the machine does must not decide.
    return Math.min(...times);
  };
  const small = await opening(50);
  // A hundred times the entries; five levels of the tree more, and nothing else.
  expect(await opening(5_000)).toBeLessThan(Math.max(small, 0.5) * 5);
});

it('notes a beginning before the first token at the cost of one message to the worker', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cloister-audit-cost-'));
  try {
    const opened = await openAuditVault(join(folder, 'profile'), 'create');
    const { log } = opened;
    const begin = (index: number) =>
      log.begin({ requestId: `r${index}`, kind: 'chat', origin: 'page', subject: 'someone', session: 'session' });
    await timed(50, begin);
    const spent = await timed(300, begin);
    if (process.env['CLOISTER_SHOW_FIGURES'] !== undefined) {
      const appended = await timed(300, (index) => log.append(record({ requestId: `r${index}` })));
      console.log(
        `begin ${spent.toFixed(3)} ms, append ${appended.toFixed(3)} ms (median, with the way to the worker)`,
      );
    }
    expect(spent).toBeLessThan(2);
    await opened.close();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
