import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { randomModel, startHostile, type HostileRegistry } from '../../fixtures/hostile-registry.ts';
import { sha256 } from '../../fixtures/model-registry.ts';
import { downloadsIn, pullIn } from './downloads-support.ts';
import { testProfile, type TestProfile } from './support.ts';

const MiB = 2 ** 20;
const program = join(import.meta.dirname, 'download-process.ts');

let at: TestProfile;
let registry: HostileRegistry;
const children: ChildProcess[] = [];
beforeEach(() => {
  at = testProfile();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await registry.stop();
  at.remove();
});

function begin(profile: string, url: string, before: readonly string[] = []): ChildProcess {
  const [command, ...rest] = [...before, process.execPath, program, profile, url];
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return child;
}

const linesOf = (child: ChildProcess): AsyncIterable<string> => createInterface({ input: child.stdout! });

describe('a download whose process is killed', () => {
  it('fetches less than one percent again, however often it happens', async () => {
    const size = 512 * MiB;
    const model = randomModel(512);
    // Slower than a busy computer, as a line is: what a faster one sends ahead waits in the system's own buffers.
    registry = await startHostile({ 'library/big': model }, { bytesPerSecond: 40 * MiB });
    for (const share of [0.2, 0.5, 0.8]) {
      const child = begin(at.profile, registry.url);
      for await (const line of linesOf(child)) if (Number(line) > share * size) break;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    const downloads = downloadsIn(at.profile);
    const [listed] = await downloads.list();
    expect(listed).toMatchObject({ name: 'big:latest', state: 'paused' });
    expect(listed!.done).toBeGreaterThan(0.78 * size);
    const rest = size - listed!.done;
    const before = registry.sent();
    expect((await pullIn(downloads, 'big', registry.url)).outcome).toMatchObject({ name: 'big:latest' });
    expect(sha256(readFileSync(at.blob(model.weights)))).toBe(model.weights);
    // The last run fetched what was missing and nothing more; each of the three kills lost what lay in buffers.
    expect(registry.sent() - before).toBeLessThanOrEqual(rest + MiB);
    expect((registry.sent() - size) / 3).toBeLessThan(0.01 * size);
  }, 120_000);
});

describe('a disk that fills', () => {
  it('is told as such; what came is kept, and the download goes on when there is room', async () => {
    const model = randomModel(96);
    registry = await startHostile({ 'library/big': model }, { bytesPerSecond: 60 * MiB });
    // Room for the check beforehand, then something else fills the disk while the model comes.
    const profile = join(at.profile, 'disk', 'profile');
    mkdirSync(profile, { recursive: true });
    const disk = [
      'bwrap',
      '--dev-bind',
      '/',
      '/',
      '--size',
      String(700 * MiB),
      '--tmpfs',
      join(at.profile, 'disk'),
      '--',
    ];
    const script = `"$@" & pid=$!
      while [ "$(find ${at.profile}/disk -name '*.partial' -size +20M | wc -l)" = 0 ]; do sleep 0.05; done
      head -c 2000M /dev/zero > ${at.profile}/disk/filler 2>/dev/null
      wait $pid; echo; echo "kept $(du -cm ${at.profile}/disk/profile/quarantine/incoming/*.partial | tail -1 | cut -f1)"
      rm ${at.profile}/disk/filler; "$@"`;
    const child = begin(profile, registry.url, [...disk, 'bash', '-c', script, 'bash']);
    const told: string[] = [];
    for await (const line of linesOf(child)) if (/^[{k]/.test(line)) told.push(line);
    expect(JSON.parse(told[0]!)).toMatchObject({
      code: 'disk_full',
      message: expect.stringContaining('nothing was lost'),
    });
    expect(Number(told[1]!.slice(5))).toBeGreaterThan(20);
    expect(JSON.parse(told[2]!)).toMatchObject({ name: 'big:latest' });
    expect(registry.sent() / MiB).toBeLessThan(96 + 8);
  }, 60_000);

  it('is refused before the first byte when the model cannot fit beside the reserve', async () => {
    const model = randomModel(96);
    registry = await startHostile({ 'library/big': model });
    const disk = join(at.profile, 'disk');
    mkdirSync(disk);
    const before = ['bwrap', '--dev-bind', '/', '/', '--size', String(560 * MiB), '--tmpfs', disk, '--'];
    const child = begin(join(disk, 'profile'), registry.url, [...before, 'bash', '-c', 'mkdir "$3"; "$@"', 'bash']);
    const told: string[] = [];
    for await (const line of linesOf(child)) if (line.startsWith('{')) told.push(line);
    expect(JSON.parse(told[0]!)).toMatchObject({ code: 'disk_full' });
    expect(registry.sent()).toBe(0);
    expect(readdirSync(disk)).toEqual([]);
    expect(statSync(disk).isDirectory()).toBe(true);
  });
});
