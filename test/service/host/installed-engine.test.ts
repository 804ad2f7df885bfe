import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { appendFile, cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { createEngine } from '../../../electron/engine/index.ts';
import { defaultCache } from '../../../electron/folders.ts';
import { askAboutInstalled } from '../../../scripts/engine/ask.ts';
import { lookForInstalled } from '../../../scripts/engine/installed.ts';
import { obtainEngine } from '../../../scripts/engine/obtain-engine.ts';

const own = join(defaultCache(), 'engine', 'ollama-0.32.15');
let folder = '';
let profile = '';
let ollama = '';
let sha256 = '';

/** A copy of a real Ollama in a folder of the PATH, on a computer where set-up has obtained nothing. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloister-installed-'));
  await cp(own, join(folder, 'usr'), { recursive: true });
  await rm(join(folder, 'usr/engine.json'));
  ollama = join(folder, 'usr/bin/ollama');
  sha256 = createHash('sha256')
    .update(await readFile(ollama))
    .digest('hex');
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  profile = join(await mkdtemp(join(folder, 'home-')), 'profile');
  vi.stubEnv('PATH', `${join(folder, 'usr/bin')}:${process.env['PATH'] ?? ''}`);
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
});
afterEach(() => vi.unstubAllEnvs());

/** What a person is shown when they start Cloister at a terminal, and type this. Null: they end the input. */
async function startAndType(typed: string | null): Promise<string> {
  const [input, output] = [new PassThrough(), new PassThrough()];
  if (typed === null) input.end();
  else input.write(typed);
  const said: string[] = [];
  await askAboutInstalled(profile, { input, output }, (line) => said.push(line));
  return [...said, (output.read() as Buffer | null)?.toString() ?? ''].join('\n');
}

/** As the application sees it afterwards. */
async function engineOfTheApplication() {
  const engine = createEngine({
    profile,
    models: join(profile, 'models'),
    runtime: { node: process.execPath, keeper: join(import.meta.dirname, '../../../electron/engine/keeper/entry.ts') },
  });
  const status = await engine.inspect();
  await engine.dispose();
  return status;
}

it('is shown with version and hash, asked about once, and then run', async () => {
  const shown = await startAndType('yes\n');
  expect(shown).toContain(`Ollama 0.32.15 is installed at ${ollama}.`);
  expect(shown).toContain(`SHA-256 ${sha256}`);
  expect(shown).toContain('Shall Cloister use it as its engine? (yes or no)');
  expect(await engineOfTheApplication()).toMatchObject({ path: ollama, sha256, trust: 'trusted' });
  expect(await startAndType('yes\n')).toBe('');
  expect(await obtainEngine({ profile, report: (line) => expect.fail(line) })).toMatchObject({
    how: 'installed',
    approved: true,
  });
});

it('is asked about again when it changed, and not run meanwhile', async () => {
  await startAndType('yes\n');
  const runner = join(folder, 'usr/lib/ollama/llama-server');
  const before = await readFile(runner);
  await appendFile(runner, 'more');
  try {
    expect(await engineOfTheApplication()).toMatchObject({ trust: 'changed' });
    expect(await startAndType(null)).toContain('It is not the one that you approved before.');
    expect((await lookForInstalled(profile, () => undefined))?.standing).toBe('changed');
    await startAndType('yes\n');
    expect(await engineOfTheApplication()).toMatchObject({ trust: 'trusted' });
  } finally {
    await rm(runner);
    await cp(join(own, 'lib/ollama/llama-server'), runner);
    expect((await readFile(runner)).equals(before)).toBe(true);
  }
});

it('is not asked about again when the person does not want it, and is not run', async () => {
  expect(await startAndType('no\n')).toContain('It is not used');
  expect(await startAndType('yes\n')).toBe('');
  expect((await lookForInstalled(profile, () => undefined))?.standing).toBe('declined');
  expect(await engineOfTheApplication()).toMatchObject({ trust: 'unknown' });
});

it('is forgotten when the person does not want it any more after a change', async () => {
  await startAndType('yes\n');
  const runner = join(folder, 'usr/lib/ollama/llama-quantize');
  await appendFile(runner, 'more');
  try {
    expect(await startAndType('no\n')).toContain('It is not the one that you approved before.');
    expect((await lookForInstalled(profile, () => undefined))?.standing).toBe('declined');
    expect(await engineOfTheApplication()).toMatchObject({ trust: 'unknown' });
  } finally {
    await rm(runner);
    await cp(join(own, 'lib/ollama/llama-quantize'), runner);
  }
});

it('is remembered in neither way without an answer', async () => {
  for (const typed of [null, 'perhaps\n']) expect(await startAndType(typed)).toContain('Nothing was decided');
  expect((await lookForInstalled(profile, () => undefined))?.standing).toBe('unknown');
});

it('is never trusted by a start that nobody sits at: it is shown, with the way to approve it', async () => {
  const said: string[] = [];
  const obtained = await obtainEngine({ profile, report: (line) => said.push(line) });
  expect(obtained).toMatchObject({ path: ollama, how: 'installed', approved: false });
  expect(said.join('\n')).toContain('Ollama 0.32.15 is installed');
  expect(said.join('\n')).toContain(`SHA-256 ${sha256}`);
  expect(said.join('\n')).toContain(`npx cloister --profile ${profile} engine trust ${ollama}`);
  expect(existsSync(join(profile, 'engine-trust.json'))).toBe(false);
  expect(await engineOfTheApplication()).toMatchObject({ trust: 'unknown' });
});

it('does not stand in the way of the engine that set-up obtained', async () => {
  await cp(own, join(folder, 'cache/cloister/engine/ollama-0.32.15'), { recursive: true });
  const status = await engineOfTheApplication();
  expect(status.path).toBe(join(folder, 'cache/cloister/engine/ollama-0.32.15/bin/ollama'));
  expect(status.trust).toBe('trusted');
  await startAndType('yes\n');
  expect((await engineOfTheApplication()).path).toBe(ollama);
});
