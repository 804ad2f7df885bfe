/** A model from a registry of this machine, beside Ollama bringing the same one from the same registry; and what a kill costs. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { randomModel, startHostile } from '../fixtures/hostile-registry.ts';
import { startRegistry } from '../fixtures/model-registry.ts';
import { hasOllama, startOllama, startRedirector } from '../fixtures/ollama.ts';
import { writeTinyChatModel } from '../fixtures/tiny-chat-model.ts';
import { applicationOf, inFolder } from './application.ts';
import { median, quantile } from './quantile.ts';
import { NotMeasurable, runRow, type Report } from './row.ts';

/** About a gigabyte of half-precision weights. */
const shape = { hidden: 2048, layers: 8, heads: 16, keyValueHeads: 16, feedForward: 8192 };
const rounds = 5;
const mega = 1e6;

interface Pulled {
  readonly seconds: number;
  readonly bytes: number;
  /** The longest that the main thread, which draws and answers, was kept from its work. Milliseconds. */
  readonly stillStanding: number;
}

/** Notes how late a timer comes that is due every ten milliseconds. */
function watchThread(): () => number {
  let [last, worst] = [performance.now(), 0];
  const timer = setInterval(() => {
    const now = performance.now();
    worst = Math.max(worst, now - last - 10);
    last = now;
  }, 10);
  return () => {
    clearInterval(timer);
    return worst;
  };
}

/** The whole application as `cloister models pull` has it, vault and record included. */
async function withCloister(folder: string, from: string): Promise<Pulled> {
  const profile = join(folder, 'profile');
  const application = applicationOf(profile);
  await application.start();
  try {
    await application.create({ keySource: 'memory' });
    const worst = watchThread();
    const started = performance.now();
    const { size } = await application.rooms.models.pull('big', { from });
    return { seconds: (performance.now() - started) / 1000, bytes: size, stillStanding: worst() };
  } finally {
    await application.stop();
    rmSync(profile, { recursive: true, force: true });
  }
}

async function againstOllama(report: Report): Promise<void> {
  if (!hasOllama) throw new NotMeasurable('No engine is set up on this machine: npm run setup obtains one.');
  const registry = await startRegistry();
  const ollama = await startOllama();
  const front = await startRedirector(registry.url);
  try {
    await inFolder(async (folder) => {
      const gguf = join(folder, 'big.gguf');
      writeTinyChatModel(gguf, shape);
      await ollama.create('big', gguf);
      await ollama.push('big', new URL(registry.url).host);
      await ollama.remove('big');
      await ollama.remove(`${new URL(registry.url).host}/library/big`);
      await rm(gguf);
      const [ours, theirs]: [Pulled[], number[]] = [[], []];
      for (let round = 0; round < rounds; round += 1) {
        ours.push(await withCloister(folder, registry.url));
        const reference = `${front.host}/library/big`;
        const started = performance.now();
        await ollama.pull(reference);
        theirs.push((performance.now() - started) / 1000);
        await ollama.remove(reference);
      }
      tell(report, ours, theirs);
    });
  } finally {
    await front.stop();
    await ollama.stop();
    await registry.stop();
  }
}

function tell(report: Report, ours: readonly Pulled[], theirs: readonly number[]): void {
  const size = ours[0]?.bytes ?? 0;
  const speed = (seconds: number): number => size / mega / seconds;
  const seconds = ours.map((each) => each.seconds);
  const listed = (values: readonly number[]): string => values.map((value) => value.toFixed(1)).join(', ');
  report({
    what: `A model of ${(size / 1e9).toFixed(1)} GB, from the request to installed`,
    unit: 'MB/s',
    ours: speed(median(seconds)),
    direct: { way: '`ollama pull` from the same registry', value: speed(median(theirs)) },
    target: { bound: 'least', value: 1, of: 'ratio' },
    note: `${rounds} rounds by turns, hashing included; seconds: ours ${listed(seconds)}, Ollama's ${listed(theirs)}; it comes to the layers by a redirect, which it needs`,
  });
  report({
    what: 'The same, the best round of each',
    unit: 'MB/s',
    ours: speed(Math.min(...seconds)),
    direct: { way: '`ollama pull`', value: speed(Math.min(...theirs)) },
  });
  report({
    what: 'Longest that the main thread stood still meanwhile',
    unit: 'ms',
    ours: quantile(ours.map((each) => each.stillStanding), 0.5), // prettier-ignore
    note: 'the median round’s longest',
  });
}

/** Kills a download half-way, and counts what the registry sends until the model is there. */
async function afterKill(report: Report): Promise<void> {
  const megabytes = 1024;
  const model = randomModel(megabytes);
  const registry = await startHostile({ 'library/big': model }, { bytesPerSecond: 100 * 2 ** 20 });
  const size = megabytes * 2 ** 20;
  const program = join(import.meta.dirname, '../service/models/download-process.ts');
  try {
    await inFolder(async (folder) => {
      const profile = join(folder, 'profile');
      await mkdir(profile);
      const run = () =>
        spawn(process.execPath, [program, profile, registry.url], { stdio: ['ignore', 'pipe', 'inherit'] });
      const first = run();
      for await (const line of createInterface({ input: first.stdout })) if (Number(line) > size / 2) break;
      first.kill('SIGKILL');
      await once(first, 'exit');
      const second = run();
      let last = '';
      for await (const line of createInterface({ input: second.stdout })) last = line;
      if (!last.includes('"big:latest"')) throw new Error(`The second run did not bring the model: ${last}`);
    });
    report({
      what: 'Fetched again after a kill half-way',
      unit: '%',
      ours: ((registry.sent() - size) / size) * 100,
      target: { bound: 'most', value: 1, of: 'ours' },
      note: `of ${megabytes} MiB over a line of 100 MiB/s, killed with SIGKILL; counted by the registry`,
    });
  } finally {
    await registry.stop();
  }
}

await runRow({ 'A model from a registry': againstOllama, 'Resuming': afterKill }); // prettier-ignore
