import { once } from 'node:events';
import { mkdir, mkdtemp, rm, chmod, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheFolder } from '../../../electron/models/embedder/cache.ts';
import { buildParser } from '../../fixtures/documents/parse.ts';
import { installModel, writeTinyChatModel } from '../../fixtures/tiny-chat-model.ts';
import { startInChromium } from '../../host/chromium-fixture.ts';
import { until } from '../../service/engine/support.ts';
import { openDisplay } from './support/display.ts';
import { newMarker } from './support/planted-documents.ts';
import { killWithList, modelsLoadedBelow, treeOf } from './support/processes.ts';
import { createTrial, hasNamespaces, removeTrial, type Trial } from './support/trial.ts';
import { everythingBelow, openModes, visit, whyNoOtherUser, type Visit } from './support/visit.ts';
import { because } from '../../fixtures/because.ts';

/** Engine, models and browser start on a computer that is busy with other tests. */
const patience = 5 * 60_000;

const passphrase = `${newMarker()} ${newMarker()}`;
const pit = newMarker();
const question = `Who bought the gravel of ${pit} in Ostend?`;
const withoutOther = whyNoOtherUser();
const becauseNoNamespaces = because('no namespaces may be made here');

const isReady = (page: Page) => async (): Promise<boolean> => {
  const status = await page.evaluate<{ value?: { engine: { state: string } } }>("cloister.invoke['app.status']({})");
  return status.value?.engine.state === 'ready';
};

/** Everything of Cloister's on the disk while it runs. */
const ownPaths = async (profile: string, trial: Trial | null): Promise<string[]> => {
  const temporary = trial === null ? [] : (await everythingBelow(trial.temporary)).slice(1);
  const runtime = trial === null ? [] : await everythingBelow(trial.runtime);
  return [...(await everythingBelow(profile)), ...temporary, ...runtime, ...(await everythingBelow(cacheFolder()))];
};

/** The weights that the test put there keep the modes that it gave them. */
async function installTinyModel(profile: string, folder: string): Promise<void> {
  const gguf = join(folder, 'tiny.gguf');
  // Slow enough that an answer is still being written while the strangers look around.
  writeTinyChatModel(gguf, { hidden: 512, layers: 8, heads: 8, keyValueHeads: 8, feedForward: 1536 });
  await chmod(gguf, 0o600);
  await mkdir(join(profile, 'models'), { recursive: true, mode: 0o700 });
  await installModel(join(profile, 'models'), 'tiny', gguf);
  await rm(gguf);
}

/** What must hold whoever looks at whatever part of the product. */
function findsNothing(what: () => { seen: Visit; modes: readonly string[] }, programs: readonly string[]): void {
  it('sees it at work', () => {
    expect(what().seen.programs).toEqual(expect.arrayContaining([...programs]));
    expect(what().seen.sockets).toBeGreaterThan(0);
  });

  it('finds no listening port of it, of TCP or of UDP', () => {
    expect(what().seen.ports).toEqual([]);
  });

  it('finds no engine behind any port of this computer', () => {
    expect(what().seen.engines).toEqual([]);
  });

  it('finds no unix socket of it, with a path or without', () => {
    expect(what().seen.unix).toEqual([]);
  });

  it('reads no passphrase, question or token in an environment', () => {
    expect(what().seen.environments.length).toBeGreaterThan(0);
    for (const environment of what().seen.environments) {
      for (const secret of [passphrase, question, 'eyJ']) expect(environment).not.toContain(secret);
    }
  });

  it('of another user can list, read or connect to nothing of it', (context) => {
    if (withoutOther !== null) context.skip(withoutOther);
    expect(what().seen.opened).toEqual([]);
  });

  it('would find every file and folder closed by its mode', () => {
    expect(what().modes).toEqual([]);
  });
}

describe.skipIf(!hasNamespaces)('a stranger, while the command line', becauseNoNamespaces, () => {
  let trial: Trial;

  /** Starts a command, sends the strangers once so many models are loaded for it, and ends it. */
  async function visitDuring(args: readonly string[], models: number): Promise<{ seen: Visit; modes: string[] }> {
    const child = trial.start(...args);
    child.stdout.resume();
    child.stderr.resume();
    child.stdin.end();
    const ended = once(child, 'exit');
    await until('the models are loaded', async () => (await modelsLoadedBelow(child.pid!)) >= models, 60_000);
    const paths = await ownPaths(trial.profile, trial);
    const seen = await visit(child.pid!, paths, trial.folder);
    expect(await treeOf(child.pid!), 'it was still at work').not.toEqual([]);
    await killWithList(child.pid!);
    await ended;
    return { seen, modes: await openModes(paths.filter((path) => !path.startsWith(cacheFolder()))) };
  }

  beforeAll(async () => {
    await buildParser();
    trial = await createTrial({ passphrase, hasRuntimeFolder: false });
    await trial.run('init');
    await installTinyModel(trial.profile, trial.folder);
    expect((await trial.run('models', 'approve', 'tiny')).code).toBe(0);
    for (let paper = 0; paper < 40; paper += 1) {
      const lines = Array.from(
        { length: 60 },
        (_, line) => `Line ${line} of ${paper}: which gravel lies in which pit.`,
      );
      await writeFile(join(trial.originals, `paper-${paper}.txt`), lines.join('\n\n'));
    }
  });

  afterAll(() => removeTrial(trial));

  describe('takes in documents', () => {
    let result: { seen: Visit; modes: string[] };
    beforeAll(async () => {
      result = await visitDuring(['ingest', '--collection', 'Pits', trial.originals], 1);
    }, patience);
    findsNothing(() => result, ['bwrap', 'ollama', 'llama-server']);
  });

  describe('answers a question', () => {
    let result: { seen: Visit; modes: string[] };
    beforeAll(async () => {
      const sale = join(trial.folder, 'sale.txt');
      await writeFile(sale, `Ada bought the gravel of ${pit} in Ostend, at noon.\n`);
      expect((await trial.run('ingest', sale, '--collection', 'Sales')).code).toBe(0);
      result = await visitDuring(['ask', question, '--collection', 'Sales', '--model', 'tiny'], 2);
    }, patience);
    findsNothing(() => result, ['bwrap', 'ollama', 'llama-server']);
  });
});

describe.skipIf(!hasNamespaces)('a stranger, while the window', becauseNoNamespaces, () => {
  let folder: string;
  beforeAll(async () => {
    await buildParser();
    folder = await mkdtemp(join(tmpdir(), 'cloister-trial-'));
    await chmod(folder, 0o755);
  });
  afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));

  /** The browser's own files lie in a folder that is closed; their modes are its own matter. */
  const ours = (paths: readonly string[]): string[] =>
    paths.filter((path) => !/\/window-[^/]+\/./.test(path) && !path.startsWith(cacheFolder()));

  describe('is open, unlocked, with the engine up', () => {
    let result: { seen: Visit; modes: string[] };
    beforeAll(async () => {
      const profile = join(folder, 'unlocked');
      const window = await startInChromium(profile);
      const source = JSON.stringify({ keySource: 'passphrase', passphrase });
      const made = await window.page.evaluate<{ ok: boolean }>(`cloister.invoke['vault.create'](${source})`);
      expect(made).toMatchObject({ ok: true });
      // Its version is asked of a process of the same name first.
      await until('the engine is ready', isReady(window.page), 60_000);
      const paths = await ownPaths(profile, null);
      const seen = await visit(process.pid, paths, folder);
      result = { seen, modes: await openModes(ours(paths)) };
      await window.stop();
    }, patience);
    findsNothing(() => result, ['bwrap', 'ollama']);
  });

  describe('stands on a display', () => {
    let result: { seen: Visit; modes: string[] };
    beforeAll(async () => {
      const display = await openDisplay();
      const trial = await createTrial({ passphrase, environment: { DISPLAY: display.name } });
      await trial.run('init');
      const child = trial.startLocked('window');
      let said = '';
      child.stderr.on('data', (part: Buffer) => (said += part.toString()));
      child.stdout.on('data', (part: Buffer) => (said += part.toString()));
      const ended = once(child, 'exit');
      const renders = async (): Promise<boolean> =>
        child.exitCode !== null || (await treeOf(child.pid!)).filter(({ executable }) => /chrom/i.test(executable)).length > 4; // prettier-ignore
      await until('the browser draws', renders, 60_000);
      expect(child.exitCode, said).toBe(null);
      const paths = await ownPaths(trial.profile, trial);
      const seen = await visit(child.pid!, paths, trial.folder);
      result = { seen, modes: await openModes(ours(paths)) };
      child.kill('SIGTERM');
      await ended;
      await removeTrial(trial);
      await display.end();
    }, patience);
    findsNothing(() => result, ['bwrap']);
  });
});
