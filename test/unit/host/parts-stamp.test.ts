import { appendFile, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultProfile } from '../../../electron/folders.ts';
import { noteParts, unchangedParts } from '../../../scripts/parts-stamp.ts';
import { profileNamed } from '../../../scripts/steps.ts';

let folder = '';
let engine = '';
let stamp = '';
const blob = () => join(folder, 'cache/cloister/models/blobs/sha256-00');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloister-parts-'));
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
  engine = join(folder, 'engine/bin/ollama');
  stamp = join(folder, '.parts');
  for (const each of ['engine/bin', 'engine/lib/ollama', 'cache/cloister/models/blobs'])
    await mkdir(join(folder, each), { recursive: true });
  for (const file of [
    engine,
    join(folder, 'engine/lib/ollama/llama-server'),
    join(folder, 'engine/engine.json'),
    blob(),
  ])
    await writeFile(file, 'content');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

describe('parts that are as set-up left them', () => {
  it('are known again, and only under the same circumstances', async () => {
    expect(await unchangedParts(stamp, 'a build')).toBeNull();
    await noteParts(stamp, 'a build', engine);
    expect(await unchangedParts(stamp, 'a build')).toBe(engine);
    expect(await unchangedParts(stamp, 'another build')).toBeNull();
  });

  it.each<[string, () => Promise<void>]>([
    ['the engine was written to', () => appendFile(engine, 'more')],
    ['its runner was', () => appendFile(join(folder, 'engine/lib/ollama/llama-server'), 'more')],
    ['a library came', () => writeFile(join(folder, 'engine/lib/ollama/libx.so'), 'new')],
    ['the note beside it was', () => writeFile(join(folder, 'engine/engine.json'), 'changed')],
    ['a layer of the model was', () => appendFile(blob(), 'more')],
    ['a layer is gone', () => rm(blob())],
    ['the engine is gone', () => rm(engine)],
    ['the stamp is damaged', () => writeFile(stamp, 'a build\n')],
  ])('are looked at again when %s', async (_, change) => {
    await noteParts(stamp, 'a build', engine);
    await change();
    expect(await unchangedParts(stamp, 'a build')).toBeNull();
  });

  it('are looked at again when a file was replaced, though length and time are as before', async () => {
    const then = new Date('2026-01-01T00:00:00Z');
    await utimes(engine, then, then);
    await noteParts(stamp, 'a build', engine);
    await writeFile(engine, 'CONTENT');
    await utimes(engine, then, then);
    expect(await unchangedParts(stamp, 'a build')).toBeNull();
  });
});

describe('the profile of a start', () => {
  it('is the one that its arguments name, wherever they stand', () => {
    expect(profileNamed(['--profile', '/p'])).toBe('/p');
    expect(profileNamed(['--json', 'ask', 'why?', '--profile=/p', '--quotes'])).toBe('/p');
  });

  it('is else that of the environment, else the usual one', () => {
    expect(profileNamed(['ask', 'why?'])).toBe(process.env['CLOISTER_PROFILE'] ?? defaultProfile());
    vi.stubEnv('CLOISTER_PROFILE', '/from/environment');
    expect(profileNamed([])).toBe('/from/environment');
    vi.stubEnv('CLOISTER_PROFILE', '');
    expect(() => profileNamed([])).toThrow('CLOISTER_PROFILE is empty');
    expect(profileNamed(['--profile', '/p'])).toBe('/p');
  });
});
