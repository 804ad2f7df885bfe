import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloister-pipeline-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** `cloister` as a pipeline starts it: no display, no terminal, no keychain. `before` stands in front of it. */
async function runInPipeline(before: readonly string[]): Promise<{ code: number | null; out: string; err: string }> {
  const env = { ...process.env, DISPLAY: '', WAYLAND_DISPLAY: '', DBUS_SESSION_BUS_ADDRESS: '' };
  const line = [...before, process.execPath, join(root, 'dist/cli.js'), '--profile', join(folder, 'profile')];
  const child = spawn(line[0] ?? '', line.slice(1), {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (part: Buffer) => (out += part.toString()));
  child.stderr.on('data', (part: Buffer) => (err += part.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, out, err };
}

/** The same machine in which bubblewrap was never installed. */
const withoutBubblewrap = ['bwrap', '--dev-bind', '/', '/', '--dev-bind', '/dev/null', '/usr/bin/bwrap', '--'];

describe('the main job in a pipeline', () => {
  it('says plainly what is weaker without bubblewrap, and what to install', { timeout: 240_000 }, async () => {
    const { code, out, err } = await runInPipeline(withoutBubblewrap);
    expect(code, err).toBe(0);
    expect(err).toContain('Weaker here than it should be:');
    expect(err).toMatch(/WARN {2}cage +The engine runs on a local port, because bubblewrap is not installed/);
    expect(err).toMatch(/WARN {2}parser +Documents are read with Node’s permission model alone/);
    expect(err).toContain('sudo apt install bubblewrap');
    expect(err.indexOf('Weaker here')).toBeLessThan(err.indexOf('Question:'));
    expect(out).toContain('The record holds 1 entry and verifies.');
  });

  it('says nothing of the kind where both are sealed', { timeout: 240_000 }, async () => {
    const { code, err } = await runInPipeline([]);
    expect(code, err).toBe(0);
    expect(err).not.toContain('Weaker');
    expect(err).not.toContain('WARN');
  });
});
