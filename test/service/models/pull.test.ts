import { existsSync, lstatSync, readdirSync, readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PullProgress } from '../../../electron/models/index.ts';
import {
  serveRange,
  sha256,
  startLiar,
  startRegistry,
  watchedBroker,
  testModel,
  type Answer,
  type RunningRegistry,
  type TestModel,
} from '../../fixtures/model-registry.ts';
import { modelsIn, testProfile, tinyChat, tinyEmbedder, type TestProfile } from './support.ts';

let at: TestProfile;
beforeEach(() => {
  at = testProfile();
});
afterEach(() => at.remove());

const incoming = (): string => join(at.profile, 'quarantine', 'incoming');
const partial = (digest: string): string => join(incoming(), `${digest.replace(':', '-')}.partial`);
/** Without a vault nothing is approved: what arrives waits in quarantine. */
const held = (digest: string): string => join(at.profile, 'quarantine', 'blobs', digest.replace(':', '-'));
const filesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

function expectNothingInstalled(): void {
  expect(filesIn(join(at.store, 'blobs'))).toEqual([]);
  expect(existsSync(join(at.store, 'manifests'))).toBe(false);
}

describe('a pull from a real registry', () => {
  let registry: RunningRegistry;
  const chat = testModel(tinyChat({ hidden: 256, layers: 4 }));
  beforeAll(async () => {
    registry = await startRegistry();
    await registry.push('library/tiny', '1b', chat);
    await registry.push('library/embed', 'latest', testModel(tinyEmbedder(), 'Another licence.'));
  });
  afterAll(() => registry.stop());

  it('brings every layer, the manifest byte for byte, and reports progress', async () => {
    const egress = watchedBroker();
    const models = modelsIn(at.profile, { egress });
    const seen: PullProgress[] = [];
    const installed = await models.pull('tiny:1b', { from: registry.url, onProgress: (each) => seen.push(each) });
    expect(installed).toMatchObject({
      name: 'tiny:1b',
      digest: sha256(chat.manifest),
      kind: 'chat',
      state: 'quarantined',
    });
    for (const [digest, bytes] of chat.blobs) {
      expect(readFileSync(held(digest))).toEqual(bytes);
      expect(lstatSync(held(digest)).mode & 0o777).toBe(0o600);
      expect(
        seen.some((each) => each.layer === digest && each.done === bytes.length && each.total === bytes.length),
      ).toBe(true);
    }
    const manifest = join(models.store.quarantine, 'manifests/registry.ollama.ai/library/tiny/1b');
    expect(readFileSync(manifest)).toEqual(chat.manifest);
    expect(lstatSync(at.store).mode & 0o777).toBe(0o700);
    expect(filesIn(incoming())).toEqual([]);
    expect(egress.opened).toEqual([
      { purpose: 'model download: tiny:1b', hosts: [new URL(registry.url).host], closed: true },
    ]);
    expectNothingInstalled();
    await expect(models.store.check('tiny:1b')).resolves.toMatchObject({ ok: true, digest: sha256(chat.manifest) });
    await expect(models.store.verify('tiny:1b')).rejects.toMatchObject({ code: 'model_blocked' });
  });

  it('continues where it stopped, and asks for the rest only', async () => {
    const bytes = chat.blobs.get(chat.weights)!;
    mkdirSync(incoming(), { recursive: true });
    writeFileSync(partial(chat.weights), bytes.subarray(0, 100_000));
    const egress = watchedBroker();
    await modelsIn(at.profile, { egress }).pull('tiny:1b', { from: registry.url });
    expect(egress.asked.find((each) => each.url.endsWith(chat.weights))?.range).toBe('bytes=100000-');
    expect(readFileSync(held(chat.weights))).toEqual(bytes);
  });

  it('throws away a beginning that was something else, and succeeds the next time', async () => {
    mkdirSync(incoming(), { recursive: true });
    writeFileSync(partial(chat.weights), Buffer.alloc(100_000));
    const models = modelsIn(at.profile);
    await expect(models.pull('tiny:1b', { from: registry.url })).rejects.toMatchObject({ code: 'model_changed' });
    expectNothingInstalled();
    await expect(models.pull('tiny:1b', { from: registry.url })).resolves.toMatchObject({ name: 'tiny:1b' });
  });

  it('downloads nothing that is there, and replaces a layer that is there under a false name', async () => {
    const models = modelsIn(at.profile);
    await models.pull('tiny:1b', { from: registry.url });
    const egress = watchedBroker();
    await modelsIn(at.profile, { egress }).pull('tiny:1b', { from: registry.url });
    expect(egress.asked).toHaveLength(1);
    writeFileSync(held(chat.weights), 'something else');
    await modelsIn(at.profile).pull('tiny:1b', { from: registry.url });
    expect(sha256(readFileSync(held(chat.weights)))).toBe(chat.weights);
  });

  it('knows an embedder', async () => {
    const models = modelsIn(at.profile);
    await models.pull('embed', { from: registry.url });
    await expect(models.store.find('embed')).resolves.toMatchObject({ name: 'embed:latest', kind: 'embedding' });
    await expect(models.defaultChatModel()).resolves.toBeNull();
  });

  it('says when there is no such model, and when the registry cannot be reached', async () => {
    const models = modelsIn(at.profile);
    await expect(models.pull('nothing', { from: registry.url })).rejects.toMatchObject({ code: 'not_found' });
    await expect(models.pull('tiny:1b', { from: 'http://127.0.0.1:9' })).rejects.toMatchObject({
      code: 'not_available',
    });
    expectNothingInstalled();
  });

  it('is refused by policy', async () => {
    const from = registry.url;
    await expect(
      modelsIn(at.profile, { policy: { 'models.allowPull': false } }).pull('tiny:1b', { from }),
    ).rejects.toMatchObject({
      code: 'forbidden',
    });
    const closed = modelsIn(at.profile, { policy: { 'models.allowOtherRegistries': false } });
    await expect(closed.pull('tiny:1b', { from })).rejects.toMatchObject({ code: 'forbidden' });
    const listed = { 'models.allowOtherRegistries': false, 'models.registryHosts': [new URL(from).host] };
    await expect(modelsIn(at.profile, { policy: listed }).pull('tiny:1b', { from })).resolves.toMatchObject({
      state: 'quarantined',
    });
  });

  it.each([
    'http://example.org',
    'ftp://127.0.0.1',
    'https://user@host',
    'https://host/path',
    'https://host?x',
    'file:///etc',
    'host',
  ])('from %s is refused before anything is opened', async (from) => {
    const egress = watchedBroker();
    await expect(modelsIn(at.profile, { egress }).pull('tiny', { from })).rejects.toMatchObject({
      code: 'bad_request',
    });
    expect(egress.opened).toEqual([]);
  });
});

describe('a pull from a registry that fails or lies', () => {
  const model = testModel(tinyChat({ hidden: 256, layers: 2 }));
  const weights = model.blobs.get(model.weights)!;

  async function pullFrom(answers: Record<string, Answer>, from: TestModel = model, signal?: AbortSignal) {
    const liar = await startLiar(from, answers);
    const egress = watchedBroker();
    try {
      const options = { from: liar.url, ...(signal === undefined ? {} : { signal }) };
      const outcome = await modelsIn(at.profile, { egress })
        .pull('tiny', options)
        .catch((thrown: unknown) => thrown as { code: string; message: string });
      return { outcome, egress };
    } finally {
      await liar.stop();
    }
  }

  it('survives lost connections and a restart from the beginning', async () => {
    let calls = 0;
    const { outcome, egress } = await pullFrom({
      [model.weights]: (request, response, bytes) => {
        calls += 1;
        if (calls === 1) serveRange(request, response, bytes, 50_000);
        else if (calls === 2) response.end(bytes);
        else serveRange(request, response, bytes);
      },
    });
    expect(outcome).toMatchObject({ name: 'tiny:latest', state: 'quarantined' });
    expect(egress.asked.filter((each) => each.url.endsWith(model.weights)).map((each) => each.range)).toEqual([
      null,
      'bytes=50000-',
    ]);
    expect(readFileSync(held(model.weights))).toEqual(weights);
  });

  it('gives up after some tries, keeps what came, and goes on later', async () => {
    let calls = 0;
    const { outcome } = await pullFrom({
      [model.weights]: (request, response, bytes) => {
        calls += 1;
        serveRange(request, response, bytes, 60_000);
      },
    });
    expect(outcome).toMatchObject({ code: 'not_available' });
    expect(calls).toBe(4);
    expect(lstatSync(partial(model.weights)).size).toBe(60_000);
    expectNothingInstalled();
    const { outcome: second, egress } = await pullFrom({ [model.weights]: serveRange });
    expect(second).toMatchObject({ name: 'tiny:latest' });
    expect(egress.asked.at(1)?.range).toBe('bytes=60000-');
  }, 30_000);

  it('gives up on one that hands out a layer in crumbs', async () => {
    let calls = 0;
    const { outcome } = await pullFrom({
      [model.weights]: (request, response, bytes) => {
        const { start } = /^bytes=(?<start>\d+)-$/.exec(request.headers.range ?? '')?.groups ?? {};
        calls += 1;
        serveRange(request, response, bytes, Number(start ?? 0) + 10);
      },
    });
    expect(outcome).toMatchObject({ code: 'not_available' });
    expect(calls).toBe(4);
    expect(lstatSync(partial(model.weights)).size).toBe(40);
  }, 30_000);

  it('gives up on one whose range is not as long as it says', async () => {
    const { outcome } = await pullFrom({
      [model.weights]: (request, response, bytes) => {
        if (request.headers.range === undefined) serveRange(request, response, bytes, 60_000);
        else
          response
            .writeHead(206, {
              'content-range': `bytes 60000-${bytes.length - 1}/${bytes.length}`,
              'content-length': 10,
            })
            .end(bytes.subarray(60_000, 60_010));
      },
    });
    expect(outcome).toMatchObject({ message: expect.stringContaining('another part') as string });
    expect(lstatSync(partial(model.weights)).size).toBe(60_000);
  }, 30_000);

  it.each<[string, Answer]>([
    ['one byte differs', (_, response, bytes) => void response.end(flip(bytes, 70_000))],
    ['it is longer', (_, response, bytes) => void response.end(Buffer.concat([bytes, Buffer.from('x')]))],
    ['it never ends', (_, response, bytes) => endless(response, bytes)],
  ])('refuses a layer when %s, and keeps nothing of it', async (_, answer) => {
    const { outcome } = await pullFrom({ [model.weights]: answer });
    expect(outcome).toMatchObject({ code: 'model_changed' });
    expect(existsSync(partial(model.weights))).toBe(false);
    expectNothingInstalled();
  });

  it('refuses a manifest that is not the one announced', async () => {
    const { outcome } = await pullFrom({
      '/manifests/': (_, response, bytes) =>
        void response.setHeader('docker-content-digest', sha256('other')).end(bytes),
    });
    expect(outcome).toMatchObject({ code: 'model_changed' });
  });

  it('waits for a silent registry as long as it was told, and no longer', async () => {
    const liar = await startLiar(model, { '/manifests/': () => undefined });
    const started = performance.now();
    await expect(modelsIn(at.profile).pull('tiny', { from: liar.url, patience: 300 })).rejects.toMatchObject({
      code: 'not_available',
    });
    expect(performance.now() - started).toBeLessThan(3000);
    await liar.stop();
  });

  it('refuses an endless manifest', async () => {
    const { outcome } = await pullFrom({ '/manifests/': (_, response, bytes) => endless(response, bytes) });
    expect(outcome).toMatchObject({ code: 'too_large' });
  });

  it('refuses weights whose header does not hold, before they are in the store', async () => {
    const hostile = Buffer.from(weights);
    hostile.writeBigUInt64LE(2n ** 62n, 8);
    const { outcome } = await pullFrom({}, testModel(hostile));
    expect(outcome).toMatchObject({ code: 'unsupported_type' });
    expectNothingInstalled();
    expect(filesIn(incoming())).toEqual([]);
  });

  it('follows no redirect to a host that is not allowed', async () => {
    let reached = false;
    const elsewhere = await startLiar(model, { '/': (_, response) => void ((reached = true), response.end()) });
    const { outcome } = await pullFrom({
      [model.weights]: (_, response) => void response.writeHead(307, { location: `${elsewhere.url}/x` }).end(),
    });
    await elsewhere.stop();
    expect(outcome).toMatchObject({ code: 'egress_denied' });
    expect(reached).toBe(false);
    expectNothingInstalled();
  });

  it.each<[number, string]>([
    [401, 'egress_denied'],
    [403, 'forbidden'],
  ])('says that it signs in nowhere (%d), and sends nothing to the place it is told', async (status, code) => {
    const { outcome } = await pullFrom({
      '/manifests/': (_, response) =>
        void response.writeHead(status, { 'www-authenticate': 'Bearer realm="http://127.0.0.1:1/token"' }).end(),
    });
    expect(outcome).toMatchObject({ code });
  });

  it('is stopped at once, and continued later', async () => {
    const stop = new AbortController();
    const started = performance.now();
    const { outcome } = await pullFrom(
      {
        [model.weights]: (_, response, bytes) => {
          response.setHeader('content-length', bytes.length);
          response.write(bytes.subarray(0, 80_000));
          setTimeout(() => stop.abort(), 200);
        },
      },
      model,
      stop.signal,
    );
    expect(outcome).toMatchObject({ code: 'cancelled' });
    expect(performance.now() - started).toBeLessThan(3000);
    expectNothingInstalled();
    expect(lstatSync(partial(model.weights)).size).toBe(80_000);
  });

  it('refuses a download that the disk cannot hold before its first byte', async () => {
    const huge = JSON.parse(model.manifest.toString()) as { layers: { size: number }[] };
    huge.layers[0]!.size = 2 ** 41;
    const { outcome, egress } = await pullFrom({}, { ...model, manifest: Buffer.from(JSON.stringify(huge)) });
    expect(outcome).toMatchObject({ code: 'disk_full' });
    expect(egress.asked).toHaveLength(1);
  });

  it('runs once for each name at a time', async () => {
    const liar = await startLiar(model, {});
    const models = modelsIn(at.profile);
    const first = models.pull('tiny', { from: liar.url });
    await expect(models.pull('tiny', { from: liar.url })).rejects.toMatchObject({ code: 'busy' });
    await first;
    await liar.stop();
  });
});

function flip(bytes: Buffer, offset: number): Buffer {
  const changed = Buffer.from(bytes);
  changed.writeUInt8(changed.readUInt8(offset) ^ 1, offset);
  return changed;
}

function endless(response: ServerResponse, bytes: Buffer): void {
  const more = (): void => {
    if (!response.destroyed) response.write(bytes, () => setImmediate(more));
  };
  more();
}
