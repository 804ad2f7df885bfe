import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder = '';
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'cloister-end-'))));
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }));

/** Starts a process that opens a window, and waits until it stands. */
async function openElsewhere(
  mode: string,
  as: readonly string[] = [],
): Promise<{ child: ChildProcess; lines: string[] }> {
  const child = spawn(
    as[0] ?? process.execPath,
    [
      ...as.slice(1),
      ...(as.length > 0 ? [process.execPath] : []),
      '--no-warnings',
      join(import.meta.dirname, '../../host/open-window.ts'),
      folder,
      mode,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => lines.push(line));
  await once(reader, 'line');
  return { child, lines };
}

/** Processes that were started with this profile: the browser and everything below it. */
async function browsers(): Promise<number[]> {
  const found: number[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (command.includes(`--user-data-dir=${folder}`)) found.push(Number(pid));
  }
  return found;
}

const nothing = { timeout: 10_000 };

describe.each(['seal', 'open'])('a window (%s)', (mode) => {
  it('goes when Cloister is killed, and what it left goes with the next start', async () => {
    const { child } = await openElsewhere(mode);
    expect((await browsers()).length).toBeGreaterThan(2);
    child.kill('SIGKILL');
    await expect.poll(browsers, nothing).toEqual([]);
    const runtime = join(folder, 'profile', 'runtime');
    const left = await readdir(runtime);
    expect(left).toHaveLength(1);
    const next = await openElsewhere(mode);
    expect(await readdir(runtime)).not.toContain(left[0]);
    next.child.kill('SIGTERM');
    await once(next.child, 'exit');
    expect(next.lines).toEqual(['open', 'closed']);
    expect(await readdir(runtime)).toEqual([]);
  });

  it('ends Cloister’s wait when the browser is killed', async () => {
    const { child, lines } = await openElsewhere(mode);
    for (const pid of await browsers()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // Gone with the first.
      }
    }
    expect((await once(child, 'exit'))[0]).toBe(0);
    expect(lines).toEqual(['open', 'closed']);
  });
});

describe('a window of an ordinary user', () => {
  const nobody = 65_534;
  const asNobody =
    process.getuid?.() === 0 ? ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'] : [];
  const canRead = (): boolean => {
    try {
      execFileSync(
        asNobody[0] ?? 'true',
        [
          ...asNobody.slice(1),
          process.execPath,
          '-e',
          `require('node:fs').readFileSync(${JSON.stringify(import.meta.filename)})`,
        ],
        { stdio: 'ignore' },
      );
      return true;
    } catch {
      return false;
    }
  };

  it('keeps Chromium’s own sandbox, inside the seal', async (context) => {
    if (!canRead()) context.skip('the checkout lies where only root can read it');
    if (asNobody.length > 0) await chown(folder, nobody, nobody);
    const { child, lines } = await openElsewhere('seal', asNobody);
    const commands = await Promise.all((await browsers()).map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8')));
    expect(commands.length).toBeGreaterThan(2);
    expect(commands.filter((command) => command.includes('--no-sandbox'))).toEqual([]);
    child.kill('SIGTERM');
    await once(child, 'exit');
    expect(lines).toEqual(['open', 'closed']);
  });
});
