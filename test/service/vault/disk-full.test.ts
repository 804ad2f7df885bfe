import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { drive } from './processes.ts';

/** A disk of its own size for one process: everything as it is, but a small tmpfs where the profile will be. */
const smallDisk = (folder: string, bytes: number): string[] => [
  'bwrap',
  '--dev-bind',
  '/',
  '/',
  '--size',
  String(bytes),
  '--tmpfs',
  folder,
  '--',
];

async function fillUp(bytes: number): Promise<{ lines: Record<string, unknown>[]; stderr: string; exit: unknown }> {
  const folder = mkdtempSync(join(tmpdir(), 'cloister-full-'));
  try {
    const filling = drive(['fill', join(folder, 'profile')], { before: smallDisk(folder, bytes) });
    const exit = await filling.ended;
    return {
      lines: filling.lines.map((line) => JSON.parse(line) as Record<string, unknown>),
      stderr: filling.stderr(),
      exit,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('a full disk', () => {
  it('is told as such while writing; what was saved is kept, and what was not leaves nothing half', async () => {
    const { lines, exit } = await fillUp(3 * 2 ** 20);
    expect(lines[0]).toBe('created');
    expect(lines[1]).toMatchObject({ code: 'disk_full', message: expect.stringContaining('Free some space') });
    expect(lines[1]!['kept']).toBeGreaterThan(0);
    // Locking succeeded too, with the disk still full.
    expect(exit).toBe(0);
    expect(lines[1]!['there']).toBe(lines[1]!['kept']);
  });

  it.each([4096, 16 * 1024, 48 * 1024])('is told as such while creating, with room for %i bytes', async (bytes) => {
    const { lines, stderr } = await fillUp(bytes);
    expect(lines).toEqual([]);
    expect(stderr).toContain('disk_full');
  });
});
