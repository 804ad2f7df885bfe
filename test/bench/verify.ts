/** Whole-file hashing as before a load, beside `openssl dgst -sha256` on the same file, and how long it keeps the event loop. */
import { execFile } from 'node:child_process';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { createHasher } from '../../electron/models/store/hasher.ts';
import { entries, inFolder } from './application.ts';
import { median } from './quantile.ts';
import { NotMeasurable, runRow, type Report } from './row.ts';

const execute = promisify(execFile);
const gibibyte = 2 ** 30;
const size = 2 * gibibyte;
const rounds = 5;
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

await runRow({ 'Hashing a large file': measure });
