import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { verifyOnIdle, type Models } from '../../../electron/models/index.ts';
import { installModel } from '../../fixtures/install-model.ts';
import { somebody, trustInMemory, type TestTrust } from '../../fixtures/model-trust.ts';
import { modelsIn, testProfile, tinyChat, type TestProfile } from './support.ts';

const name = 'tiny:latest';

let at: TestProfile;
let trust: TestTrust;
let models: Models;
let weights = '';
let stop: AbortController;
let running: Promise<void> | null;
let busy = false;

beforeEach(async () => {
  at = testProfile();
  mkdirSync(at.store, { recursive: true });
  const file = join(at.profile, 'w.gguf');
  // Some 40 MB: ten of the small parts that idle hashing takes.
  writeFileSync(file, tinyChat({ hidden: 1024, layers: 4, feedForward: 2048, heads: 16, keyValueHeads: 16 }));
  await installModel(at.store, 'tiny', file);
  trust = trustInMemory();
  models = modelsIn(at.profile, { trust });
  await models.passports.open();
  const { layers } = await models.passports.approve(name, somebody);
  weights = at.blob(layers.find((layer) => layer.role === 'weights')!.digest);
  stop = new AbortController();
  busy = false;
  running = null;
});
afterEach(async () => {
  stop.abort();
  await running;
  at.remove();
});

const begin = (dueAfter: number, rest = 1): void => {
  running = verifyOnIdle({
    models,
    isBusy: () => busy,
    signal: stop.signal,
    warn: (what, thrown) => expect.fail(`${what}: ${String(thrown)}`),
    idling: { lookEvery: 10, waitFor: 10, dueAfter, rest },
  });
};

const verifications = async (): Promise<number> => (await models.passports.passport(name)).verifications.length;

it('hashes what is due, once, and nothing while something runs', async () => {
  busy = true;
  begin(60_000);
  await sleep(300);
  expect(await verifications()).toBe(0);
  busy = false;
  await expect.poll(verifications, { timeout: 10_000 }).toBe(1);
  await sleep(300);
  expect(await verifications()).toBe(1);
});

it('pauses in the middle of a file when something begins, and goes on after it', async () => {
  begin(60_000, 100);
  // Under way: ten parts with a rest of 100 ms each.
  await sleep(400);
  busy = true;
  await sleep(1_500);
  expect(await verifications()).toBe(0);
  busy = false;
  await expect.poll(verifications, { timeout: 10_000 }).toBe(1);
});

it('quarantines a model of which a byte changed, records it, and tells', async () => {
  const bytes = readFileSync(weights);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  writeFileSync(weights, bytes);
  begin(0);
  await expect.poll(() => models.passports.changed(), { timeout: 10_000 }).toEqual([name]);
  await expect(models.store.find(name)).resolves.toMatchObject({ state: 'quarantined', verified: { ok: false } });
  await expect
    .poll(() => trust.recorded.at(-1))
    .toMatchObject({ kind: 'model', stage: 'changed', model: name, decision: 'refused' });
  await expect
    .poll(async () => (await models.passports.passport(name)).verifications.at(-1))
    .toMatchObject({ ok: false, problem: 'changed' });
});

it('ends at once when it is told to', async () => {
  begin(0, 1_000);
  await sleep(100);
  stop.abort();
  const started = performance.now();
  await running;
  expect(performance.now() - started).toBeLessThan(500);
});
