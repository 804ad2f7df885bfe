/** Whole-file hashing as before a load, beside `openssl dgst -sha256` on the same file, and how long it keeps the event loop. */
import { execFile } from 'node:child_process';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { createModelStore, type ModelStore } from '../../electron/models/index.ts';
import { createHasher } from '../../electron/models/store/hasher.ts';
import { installModel } from '../fixtures/install-model.ts';
import { writeShapedModel, type ModelShape } from '../fixtures/shaped-model.ts';
import { entries, inFolder } from './application.ts';
import { median } from './quantile.ts';
import { NotMeasurable, runRow, type Report } from './row.ts';

const execute = promisify(execFile);
const gibibyte = 2 ** 30;
const size = 2 * gibibyte;
/** About 4.6 GB in half precision. */
const shape: ModelShape = {
  architecture: 'llama',
  type: 'f16',
  embedding: 4096,
  layers: 10,
  heads: 32,
  keyValueHeads: 32,
  feedForward: 11_008,
  vocabulary: 32_000,
};
const rounds = 5;
const modelRounds = 3;
/** Milliseconds: what a person does not feel. */
const unfelt = 50;

/** Random bytes over and over: the content does not matter to a hash, a hole in the file would to the disk. */
async function writeLarge(file: FileHandle): Promise<void> {
  const block = Buffer.alloc(16 << 20, 0);
  for (let index = 0; index < block.length; index += 4)
    block.writeUInt32LE(Math.imul(index, 2_654_435_761) >>> 0, index);
  for (let written = 0; written < size; written += block.length) await file.write(block);
  await file.sync();
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

async function measure(report: Report): Promise<void> {
  await execute('openssl', ['version']).catch(() => {
    throw new NotMeasurable('There is no openssl on this machine.');
  });
  await inFolder(async (folder) => {
    const path = join(folder, 'large');
    const file = await open(path, 'wx+');
    try {
      await writeLarge(file);
      const hash = createHasher(entries.hashWorker);
      const direct = (): Promise<unknown> => execute('openssl', ['dgst', '-sha256', path]);
      await hash(file);
      const times = { own: [] as number[], openssl: [] as number[] };
      const longest: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        times.openssl.push(await timed(direct));
        const delay = monitorEventLoopDelay({ resolution: 1 });
        delay.enable();
        times.own.push(await timed(() => hash(file)));
        delay.disable();
        longest.push(delay.max / 1e6);
      }
      const speed = (each: readonly number[]): number => size / 1e6 / (median(each) / 1000);
      report({
        what: 'Hashing a file of 2 GiB',
        unit: 'MB/s',
        ours: speed(times.own),
        direct: { way: '`openssl dgst -sha256`', value: speed(times.openssl) },
        target: { bound: 'least', value: 0.9, of: 'ratio' },
        note: `${rounds} rounds by turns, the median of each; the file is in the system's cache`,
      });
      report({
        what: 'Longest time that the event loop was kept meanwhile',
        unit: 'ms',
        ours: median(longest),
        target: { bound: 'most', value: unfelt, of: 'ours' },
        note: `the median round's longest; the worst of all ${Math.max(...longest).toFixed(0)} ms; asked every millisecond`,
      });
    } finally {
      await file.close();
    }
  });
}

/** What stands between a question and the engine's own loading: the store's check, beside the bare hash of the same file. */
async function measureBeforeLoad(report: Report): Promise<void> {
  await inFolder(async (folder) => {
    const path = join(folder, 'weights');
    writeShapedModel(path, shape);
    const file = await open(path);
    const hash = createHasher(entries.hashWorker);
    try {
      const profile = join(folder, 'profile');
      await mkdir(join(profile, 'models', 'blobs'), { recursive: true, mode: 0o700 });
      await installModel(join(profile, 'models'), 'large', path);
      const storeWith = (verification: 'always' | 'when-changed'): ModelStore =>
        createModelStore({
          profile,
          hash,
          verification: () => verification,
          standing: () => ({ state: 'approved', reason: null }),
        });
      const always = storeWith('always');
      const whenChanged = storeWith('when-changed');
      await whenChanged.verify('large');
      const times = { always: [] as number[], bare: [] as number[], unchanged: [] as number[] };
      for (let round = 0; round < modelRounds; round += 1) {
        times.bare.push(await timed(() => hash(file)));
        times.always.push(await timed(() => always.verify('large')));
        times.unchanged.push(await timed(() => whenChanged.verify('large')));
      }
      report({
        what: `Before a model of ${((await file.stat()).size / 1e9).toFixed(1)} GB is loaded`,
        unit: 'ms',
        ours: median(times.always),
        direct: { way: 'the hash of its weights alone', value: median(times.bare) },
        target: { bound: 'most', value: 50, of: 'difference' },
        note: `${modelRounds} rounds by turns, the median of each; every layer and the manifest, each time`,
      });
      report({
        what: 'The same with the policy “when changed”, unchanged since the last time',
        unit: 'ms',
        ours: median(times.unchanged),
        target: { bound: 'most', value: unfelt, of: 'ours' },
      });
    } finally {
      await file.close();
    }
  });
}

await runRow({ 'Hashing a large file': measure, 'Before a load': measureBeforeLoad });
