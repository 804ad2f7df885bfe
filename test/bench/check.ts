/** The static check of model files: hostile headers of about a mebibyte, and a sound one. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createModelChecker } from '../../electron/models/check/create-checker.ts';
import { heavyHeaders } from '../fixtures/hostile-gguf.ts';
import { buildChecker, checkerEntry, checkerNode, costOf } from '../fixtures/model-checker.ts';
import { writeTinyChatModel } from '../fixtures/tiny-chat-model.ts';
import { quantile } from './quantile.ts';
import { runRow, type Report } from './row.ts';

const rounds = 5;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Each header by turns; of each its median, for a stalled machine says nothing of a header. */
async function hostile(report: Report): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cloister-bench-check-'));
  try {
    const checker = createModelChecker({ entry: checkerEntry, node: checkerNode });
    const times = new Map<string, number[]>(Object.keys(heavyHeaders).map((name) => [name, []]));
    let most = { name: '', megabytes: 0 };
    for (const [name, make] of Object.entries(heavyHeaders)) {
      const { megabytes } = await costOf(make());
      if (megabytes > most.megabytes) most = { name, megabytes };
      writeFileSync(join(folder, name), make());
    }
    for (let round = 0; round < rounds; round += 1) {
      for (const [name, seen] of times) {
        seen.push(await timed(() => checker.checkWeights(join(folder, name)).catch(() => undefined)));
      }
    }
    const medians = [...times].map(([name, seen]) => ({ name, ms: quantile(seen, 0.5) }));
    const slowest = medians.toSorted((left, right) => right.ms - left.ms)[0] ?? { name: '', ms: Number.NaN };
    report({
      what: `The slowest of ${medians.length} hostile headers of about a mebibyte`,
      unit: 'ms',
      ours: slowest.ms,
      target: { bound: 'most', value: 1000, of: 'ours' },
      note: `${slowest.name}; in the sandbox, p50 of ${rounds}`,
    });
    report({
      what: 'The most memory that one of them takes',
      unit: 'MB',
      ours: most.megabytes,
      target: { bound: 'most', value: 200, of: 'ours' },
      note: most.name,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function sound(report: Report): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cloister-bench-check-'));
  try {
    const file = join(folder, 'sound.gguf');
    writeTinyChatModel(file);
    const checker = createModelChecker({ entry: checkerEntry, node: checkerNode });
    await checker.checkWeights(file);
    const times: number[] = [];
    for (let round = 0; round < rounds; round += 1) times.push(await timed(() => checker.checkWeights(file)));
    report({
      what: 'A small sound model',
      unit: 'ms',
      ours: quantile(times, 0.5),
      note: 'mostly the start of the process',
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

buildChecker();
await runRow({ 'Hostile headers': hostile, 'A sound model': sound });
