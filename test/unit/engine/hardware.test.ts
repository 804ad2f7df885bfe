import { totalmem } from 'node:os';
import { describe, expect, it } from 'vitest';
import { checkCage, checkEngine, checkHardware } from '../../../electron/engine/checks.ts';
import { readHardware } from '../../../electron/engine/hardware/index.ts';
import { hardware as hardwareSchema } from '../../../shared/contract/models.ts';
import type { EngineStatus } from '../../../shared/contract/types.ts';

describe('what the computer has', () => {
  it('is read here, in the shape of the contract', async () => {
    const hardware = await readHardware();
    expect(hardwareSchema.parse(hardware)).toEqual(hardware);
    expect(hardware.memory.totalBytes).toBeLessThanOrEqual(totalmem());
    expect(hardware.memory.freeBytes).toBeGreaterThan(0);
    expect(hardware.memory.freeBytes).toBeLessThanOrEqual(hardware.memory.totalBytes);
  });
});

describe("doctor's lines", () => {
  const status: EngineStatus = {
    state: 'stopped',
    cage: 'namespace',
    cageReason: null,
    version: '0.32.15',
    sha256: 'a'.repeat(64),
    path: '/p/ollama',
    trust: 'trusted',
    reason: null,
    restarts: 0,
    loaded: [],
  };

  it.each([
    [status, 'ok', /Ollama 0\.32\.15/],
    [{ ...status, trust: 'unknown' as const }, 'warn', /a{64}/],
    [{ ...status, trust: 'changed' as const }, 'fail', /not the one/],
    [
      { ...status, version: null, sha256: null, reason: 'Ollama 0.14.2 is too old: CVE-2026-7482' },
      'fail',
      /CVE-2026-7482/,
    ],
    [{ ...status, version: null, sha256: null }, 'fail', /No engine/],
    [{ ...status, state: 'failed' as const, reason: 'it fell' }, 'fail', /it fell/],
  ])('about the engine', (given, level, words) => {
    const check = checkEngine(given);
    expect(check.status).toBe(level);
    expect(check.summary).toMatch(words);
    if (level !== 'ok') expect(check.fix).toBeTruthy();
  });

  it('about the cage and the memory', () => {
    const host = { modern: true, links: [], libraries: [], devices: [] };
    expect(checkCage({ kind: 'namespace', bubblewrap: '/b', host }).status).toBe('ok');
    const weaker = checkCage({ kind: 'port', reason: 'bubblewrap is not installed (sudo apt install bubblewrap)' });
    expect(weaker).toMatchObject({ status: 'warn', fix: 'sudo apt install bubblewrap' });
    const refused = checkCage({ kind: 'port', reason: 'bubblewrap is not installed' }, true);
    expect(refused).toMatchObject({ status: 'fail', summary: expect.stringContaining('does not run') as string });
    const memory = { totalBytes: 2 * 1024 ** 3, freeBytes: 1024 ** 3 };
    expect(checkHardware({ memory, cpu: { model: 'x', cores: 2 }, gpus: [] })).toMatchObject({
      status: 'warn',
      summary: expect.stringContaining('1.0 GiB of 2.0 GiB') as string,
    });
  });

  it.each([
    [{ totalBytes: 8 * 1024 ** 3, freeBytes: 6 * 1024 ** 3 }, 'ok', 'RTX (6.0 GiB of 8.0 GiB free)'],
    [{ totalBytes: null, freeBytes: null, shared: true }, 'ok', 'RTX (uses the memory of the computer)'],
    [{ totalBytes: null, freeBytes: null, note: 'memory_not_told' }, 'ok', 'RTX (memory unknown)'],
    [{ totalBytes: 1024 ** 3, freeBytes: null, note: 'memory_not_told' }, 'ok', 'RTX (1.0 GiB, free memory unknown)'],
    [{ totalBytes: null, freeBytes: null, note: 'driver_mismatch' }, 'warn', 'driver was updated while it ran'],
    [{ totalBytes: null, freeBytes: null, note: 'driver_not_running' }, 'warn', 'driver does not run'],
  ] as const)('about a card: %j', (card, level, words) => {
    const memory = { totalBytes: 16 * 1024 ** 3, freeBytes: 8 * 1024 ** 3 };
    const gpus = [{ name: 'RTX', vendor: 'nvidia' as const, ...card }];
    const check = checkHardware({ memory, cpu: { model: 'x', cores: 2 }, gpus });
    expect(check).toMatchObject({ status: level, summary: expect.stringContaining(words) as string });
    if (level === 'warn') expect(check.fix).toBeTruthy();
  });
});
