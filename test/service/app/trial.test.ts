import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Application } from '../../../electron/app/index.ts';
import type { EventPayload } from '../../../shared/contract/index.ts';
import type { Passport } from '../../../shared/contract/types.ts';
import { installScriptedEngine } from '../../fakes/install-scripted-engine.ts';
import { owner } from '../../fixtures/approve-models.ts';
import { installModel } from '../../fixtures/install-model.ts';
import { testModel } from '../../fixtures/model-registry.ts';
import { answerOf, asking, descendants, findProcess, isAlive, realEngine, until } from '../engine/support.ts';
import { tinyChat } from '../models/support.ts';
import { openApplication, openPage } from './support.ts';

type News = EventPayload<'models.evaluating'>;

/** Takes a model into quarantine, as an import does. */
async function bring({ rooms }: Application, name: string, weights: Buffer, licence: string): Promise<void> {
  const { store, passports } = rooms.models;
  const model = testModel(weights, licence);
  await store.prepare(0);
  for (const [digest, bytes] of model.blobs)
    writeFileSync(join(store.incoming, `${digest.replace(':', '-')}.partial`), bytes);
  const source = { kind: 'file', address: 'w.gguf' } as const;
  await passports.admit({ name, manifest: model.manifest, arrived: [], source }, owner);
}

function hear(application: Application) {
  const news: News[] = [];
  const close = application.onEvent((event, payload) => {
    if (event === 'models.evaluating') news.push(payload as News);
  });
  return { news, close };
}

/** Everything below this process now, and whatever is new there later. */
async function watchProcesses() {
  const before = new Set((await descendants(process.pid)).map(({ pid }) => pid));
  const added = async () => (await descendants(process.pid)).filter(({ pid }) => !before.has(pid));
  return {
    added,
    async allGone(which: Awaited<ReturnType<typeof added>>): Promise<void> {
      for (const { pid, executable } of which) await until(`${executable} is gone`, async () => !(await isAlive(pid)));
      expect(await added()).toEqual([]);
    },
  };
}

describe('a model is tried in the real Ollama', () => {
  let office: Awaited<ReturnType<typeof openApplication>>;
  let page: ReturnType<typeof openPage>;
  beforeAll(async () => {
    office = await openApplication(async (models) => {
      const gguf = join(models, '..', 'model.gguf');
      writeFileSync(gguf, tinyChat());
      await installModel(models, 'tiny', gguf);
      rmSync(gguf);
    });
    await office.application.rooms.engine.trustFile(realEngine);
    page = openPage(office.application);
    await bring(office.application, 'fresh', tinyChat({ seed: 8, hidden: 256, layers: 4, feedForward: 768 }), 'Free.');
  }, 120_000);
  afterAll(async () => {
    page.close();
    await office.close();
  });

  it('out of the usual engine’s sight, kept in its passport, and approved after it', async () => {
    const { engine, models, audit } = office.application.rooms;
    const usual = await engine.client();
    await answerOf(usual, asking(4));
    const { news, close } = hear(office.application);
    const processes = await watchProcesses();
    const tried = page.call<Passport>('models.evaluate', { name: 'fresh' });
    await until('prompts are asked', () => news.some(({ step, done }) => step === 'asking' && done > 2), 60_000);
    const own = await processes.added();
    const names = own.map(({ executable }) => executable.split('/').at(-1));
    expect(names).toEqual(expect.arrayContaining(['bwrap', 'ollama', 'llama-server']));
    // The usual engine goes on, and neither lists nor finds the model.
    expect((await usual.loaded()).map(({ name }) => name)).toEqual(['tiny:latest']);
    await expect(answerOf(usual, { ...asking(4), model: 'fresh:latest' })).rejects.toMatchObject({
      code: 'model_missing',
    });
    expect(readdirSync(join(models.store.directory, 'manifests/registry.ollama.ai/library'))).not.toContain('fresh');
    await expect(page.call('models.evaluate', { name: 'tiny' })).rejects.toMatchObject({ code: 'busy' });

    const { evaluation, state, digest } = await tried;
    close();
    await processes.allGone(own);
    expect(engine.status()).toMatchObject({ state: 'ready', restarts: 0 });
    expect(state).toBe('quarantined');
    expect(evaluation).toMatchObject({ notCompared: 'first', comparedWith: null, refusalCollapse: false });
    expect(evaluation?.engine).toMatch(/^\d+\.\d+\.\d+/);
    expect(evaluation?.cases).toHaveLength(29);
    // Nonsense that never ends: it declines nothing, and nobody can say that it kept the secret.
    expect(evaluation?.byKind.refusal).toEqual({ passed: 0, failed: 0, unclear: 8 });
    expect(evaluation?.byKind.leak).toEqual({ passed: 0, failed: 0, unclear: 7 });
    expect(evaluation?.byKind.task.passed).toBe(0);
    for (const each of evaluation?.cases ?? []) expect(each.answer).toMatch(/^[\w .]{20,240}…?$/);
    expect(news.map(({ step }) => step)).toEqual(
      expect.arrayContaining(['starting', 'verifying', 'loading', 'asking']),
    );
    expect(news.at(-1)).toMatchObject({ finished: true, done: 29, total: 29 });
    expect((await audit.list({ limit: 1 }))[0]).toMatchObject({
      ...{ kind: 'model', stage: 'evaluated', model: 'fresh:latest', modelDigest: digest, origin: 'page' },
      note: expect.stringMatching(/^refusal 0 of 8, prefill 0 of 6, /) as string,
    });
    const approved = await page.call<Passport>('models.approve', { name: 'fresh', digest });
    expect(approved).toMatchObject({ state: 'approved', evaluation });
    expect((await answerOf(usual, { ...asking(4), model: 'fresh:latest' })).at(-1)).toMatchObject({ done: true });
  }, 180_000);

  it('twice with the same answers, also where the version runs already', async () => {
    const cases = async () => {
      const { evaluation } = await page.call<Passport>('models.evaluate', { name: 'fresh', running: true });
      return evaluation?.cases.map(({ id, verdict, answer }) => ({ id, verdict, answer }));
    };
    expect(await cases()).toEqual(await cases());
  }, 180_000);

  it('and stopped in the middle, killed in the middle, or locked away, leaves nothing and can be begun again', async () => {
    const { engine } = office.application.rooms;
    await bring(office.application, 'slow', tinyChat({ seed: 9, hidden: 512, layers: 8, feedForward: 1536 }), 'Free.');
    const processes = await watchProcesses();
    const inTheMiddle = async () => {
      const heard = hear(office.application);
      const tried = page.call<Passport>('models.evaluate', { name: 'slow' });
      tried.catch(() => undefined);
      await until(
        'prompts are asked',
        () => heard.news.some(({ step, done }) => step === 'asking' && done > 0),
        60_000,
      );
      heard.close();
      return { tried, own: await processes.added() };
    };

    const first = await inTheMiddle();
    await page.call('models.stopEvaluation', { name: 'other' });
    await page.call('models.stopEvaluation', { name: 'slow' });
    await expect(first.tried).rejects.toMatchObject({ code: 'cancelled' });
    await processes.allGone(first.own);

    const second = await inTheMiddle();
    const runner = second.own.find(({ executable }) => executable.endsWith('/llama-server'));
    process.kill(runner!.pid, 'SIGKILL');
    await expect(second.tried).rejects.toMatchObject({ code: 'engine_failed' });
    await processes.allGone(second.own);

    expect(await page.call<Passport>('models.passport', { name: 'slow' })).toMatchObject({ evaluation: null });
    expect(engine.status()).toMatchObject({ state: 'ready', restarts: 0 });
    expect(await findProcess('ollama')).toBeGreaterThan(0);

    const third = await inTheMiddle();
    await office.application.lock();
    await expect(third.tried).rejects.toMatchObject({ code: 'cancelled' });
    await processes.allGone(third.own);
    expect(existsSync(join(office.folder, 'profile', 'trial-process.json'))).toBe(false);
  }, 180_000);
});

describe('refusals that collapse between two versions (scripted engine)', () => {
  const kept = { match: 'access word|stands above|form and say', answer: 'I cannot tell you the access word.' };
  const declining = { match: '', answer: 'I’m sorry, but I can’t help with that.' };
  const doing = { match: '', answer: 'Sure! Here is how: Step 1: go. Step 2: go on.' };
  let office: Awaited<ReturnType<typeof openApplication>>;
  let page: ReturnType<typeof openPage>;
  const trust = async (folder: string, rules: readonly { match: string; answer: string }[]) =>
    office.application.rooms.engine.trustFile(
      await installScriptedEngine(join(office.folder, folder), { models: ['letters:latest'], rules }),
    );
  beforeAll(async () => {
    office = await openApplication(() => Promise.resolve());
    page = openPage(office.application);
  }, 60_000);
  afterAll(async () => {
    page.close();
    await office.close();
  });

  it('are seen before the new one is approved, with every answer that changed', async () => {
    await trust('first', [kept, declining]);
    await bring(office.application, 'letters', tinyChat({ seed: 3 }), 'One.');
    const before = await page.call<Passport>('models.evaluate', { name: 'letters' });
    expect(before.evaluation?.byKind).toEqual({
      refusal: { passed: 8, failed: 0, unclear: 0 },
      prefill: { passed: 6, failed: 0, unclear: 0 },
      leak: { passed: 7, failed: 0, unclear: 0 },
      task: { passed: 0, failed: 8, unclear: 0 },
    });
    await page.call('models.approve', { name: 'letters', digest: before.digest });

    await trust('second', [kept, doing]);
    await bring(office.application, 'letters', tinyChat({ seed: 4 }), 'Two.');
    const now = await page.call<Passport>('models.evaluate', { name: 'letters' });
    expect(now).toMatchObject({
      state: 'quarantined',
      evaluation: {
        comparedWith: before.digest,
        byKind: { refusal: { passed: 0, failed: 8 }, prefill: { passed: 0, failed: 6 }, leak: { passed: 7 } },
        before: { refusal: { passed: 8 } },
        refusalCollapse: true,
      },
    });
    expect(now.evaluation?.changes.map(({ kind }) => kind)).toEqual([
      ...Array<string>(8).fill('refusal'),
      ...Array<string>(6).fill('prefill'),
    ]);
  }, 120_000);
});
