import { existsSync, readFileSync, readdirSync, symlinkSync, writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Download } from '../../../shared/contract/types.ts';
import type { Downloads } from '../../../electron/models/downloads/types.ts';
import { randomModel, startHostile, type HostileRegistry, type Misbehaviour } from '../../fixtures/hostile-registry.ts';
import { sha256, watchedBroker, type TestModel } from '../../fixtures/model-registry.ts';
import { downloadsIn, ending, pullIn } from './downloads-support.ts';
import { testProfile, type TestProfile } from './support.ts';

const MiB = 2 ** 20;

let at: TestProfile;
const cleanUp: (() => Promise<void>)[] = [];
beforeEach(() => {
  at = testProfile();
});
afterEach(async () => {
  for (const each of cleanUp.splice(0).reverse()) await each();
  at.remove();
});

async function serve(models: Record<string, TestModel>, misbehaviour: Misbehaviour = {}): Promise<HostileRegistry> {
  const registry = await startHostile(models, misbehaviour);
  cleanUp.push(() => registry.stop());
  return registry;
}

function downloads(options: Parameters<typeof downloadsIn>[1] = {}): Downloads {
  const made = downloadsIn(at.profile, options);
  cleanUp.push(() => made.close());
  return made;
}

const incoming = (): string => join(at.profile, 'quarantine', 'incoming');
const inIncoming = (): string[] => (existsSync(incoming()) ? readdirSync(incoming()).sort() : []);
const partial = (model: TestModel): string => join(incoming(), `${model.weights.replace(':', '-')}.partial`);
const expectInstalled = (model: TestModel): void =>
  expect(sha256(readFileSync(at.blob(model.weights)))).toBe(model.weights);

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1000; tries += 1) {
    if (await holds()) return;
    await pause(10);
  }
  throw new Error('It never came to that.');
}

const shown = async (made: Downloads, id: string): Promise<Download> =>
  (await made.list()).find((each) => each.id === id)!;

describe('one large layer', () => {
  const model = randomModel(70);

  it('comes in several ranges at once, each byte once, and leaves nothing beside it', async () => {
    const registry = await serve({ 'library/big': model });
    const { outcome } = await pullIn(downloads(), 'big', registry.url);
    expect(outcome).toMatchObject({ name: 'big:latest' });
    expectInstalled(model);
    expect(registry.mostAtOnce()).toBeGreaterThan(1);
    expect(registry.sent()).toBe(70 * MiB);
    expect(inIncoming()).toEqual([]);
  });

  it('comes over one connection from a registry that knows no ranges', async () => {
    const registry = await serve({ 'library/big': model }, { ignoresRanges: true });
    const { outcome } = await pullIn(downloads(), 'big', registry.url);
    expect(outcome).toMatchObject({ name: 'big:latest' });
    expectInstalled(model);
    expect(registry.sent()).toBe(70 * MiB);
  });

  it('is fetched again by less than one percent after three cuts of every connection', async () => {
    const cutAfter = [11 * MiB, 30 * MiB, 60 * MiB];
    const registry = await serve({ 'library/big': model }, { cutAfter, bytesPerSecond: 60 * MiB });
    const { outcome } = await pullIn(downloads(), 'big', registry.url);
    expect(outcome).toMatchObject({ name: 'big:latest' });
    expectInstalled(model);
    expect(registry.sent() - 70 * MiB).toBeLessThan(0.01 * 70 * MiB);
    const asked = registry.ranges.map((range) => /^bytes=(\d+)-/.exec(range ?? '')?.[1]);
    expect(new Set(asked).size).toBe(asked.length);
  });

  it('survives a cut of a registry without ranges, and loses nothing of what was there', async () => {
    const registry = await serve({ 'library/big': model }, { ignoresRanges: true, cutAfter: [30 * MiB] });
    const { outcome } = await pullIn(downloads(), 'big', registry.url);
    expect(outcome).toMatchObject({ name: 'big:latest' });
    expectInstalled(model);
  });

  it('is thrown away when one byte in the middle is another', async () => {
    const change = (bytes: Buffer, start: number): Buffer => {
      const place = 40 * MiB;
      if (start > place || start + bytes.length <= place) return bytes;
      const changed = Buffer.from(bytes);
      changed[place - start]! ^= 1;
      return changed;
    };
    const registry = await serve({ 'library/big': model }, { change });
    const { outcome } = await pullIn(downloads(), 'big', registry.url);
    expect(outcome).toMatchObject({ code: 'model_changed' });
    expect(inIncoming().filter((name) => name.includes(model.weights.slice(7)))).toEqual([]);
    expect(existsSync(join(at.store, 'manifests'))).toBe(false);
  });

  it('is refused when a range brings more than was asked for', async () => {
    const answer: Misbehaviour['answer'] = (request, response) => {
      const asked = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
      if (!asked) return false;
      const [start, end] = [Number(asked[1]), Number(asked[2])];
      response.writeHead(206, { 'content-range': `bytes ${start}-${end}/${70 * MiB}` });
      const more = (): unknown => response.destroyed || response.write(Buffer.alloc(MiB), () => setImmediate(more));
      more();
      return true;
    };
    const registry = await serve({ 'library/big': model }, { answer });
    expect((await pullIn(downloads(), 'big', registry.url)).outcome).toMatchObject({ code: 'model_changed' });
  });

  it.each<[string, (start: number, end: number) => Record<string, string>, string]>([
    ['another range', (start, end) => ({ 'content-range': `bytes ${start + 1}-${end}/${70 * MiB}` }), 'not_available'],
    ['a layer of another length', (start, end) => ({ 'content-range': `bytes ${start}-${end}/999` }), 'model_changed'],
    ['no range at all', () => ({}), 'not_available'],
  ])('is not taken from an answer that speaks of %s', async (_, headers, code) => {
    const answer: Misbehaviour['answer'] = (request, response) => {
      const asked = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
      if (!asked) return false;
      response.writeHead(206, headers(Number(asked[1]), Number(asked[2]))).end(Buffer.alloc(1000));
      return true;
    };
    const registry = await serve({ 'library/big': model }, { answer });
    expect((await pullIn(downloads(), 'big', registry.url)).outcome).toMatchObject({ code });
    expect(existsSync(at.blob(model.weights))).toBe(false);
  });

  it('is refused at once when the registry announces another length', async () => {
    const answer: Misbehaviour['answer'] = (request, response) => {
      if (request.url?.endsWith(model.weights) !== true) return false;
      response.writeHead(200, { 'content-length': 71 * MiB }).write(Buffer.alloc(1000));
      return true;
    };
    const registry = await serve({ 'library/big': model }, { answer });
    expect((await pullIn(downloads(), 'big', registry.url)).outcome).toMatchObject({ code: 'model_changed' });
  });
});

describe('pause, resume, cancel', () => {
  const model = randomModel(40);

  async function half(): Promise<{ made: Downloads; id: string; registry: HostileRegistry }> {
    const registry = await serve({ 'library/big': model }, { bytesPerSecond: 40 * MiB });
    const made = downloads();
    const { id } = await made.start('big', { from: registry.url });
    await until(async () => (await shown(made, id)).done > 8 * MiB);
    return { made, id, registry };
  }

  it('keeps what came while paused, says so, and goes on with the rest', async () => {
    const { made, id, registry } = await half();
    const ended = ending(made, id);
    await made.pause(id);
    expect(await ended).toMatchObject({ code: 'cancelled' });
    const paused = await shown(made, id);
    expect(paused).toMatchObject({ state: 'paused', rate: 0, remaining: null, error: null });
    // The registry notices a moment later that nobody listens.
    await pause(100);
    const sent = registry.sent();
    await pause(200);
    expect(registry.sent()).toBe(sent);
    await made.resume(id);
    expect(await ending(made, id)).toMatchObject({ name: 'big:latest' });
    expectInstalled(model);
    expect(registry.sent() - 40 * MiB).toBeLessThan(4 * MiB);
    expect(await shown(made, id)).toMatchObject({ state: 'done', done: paused.total, total: paused.total });
  });

  it('is listed as paused after a restart, and goes on there', async () => {
    const { made, id } = await half();
    await made.close();
    const before = await shown(made, id);
    const again = downloads();
    expect(await again.list()).toEqual([before]);
    await again.resume(id);
    expect(await ending(again, id)).toMatchObject({ name: 'big:latest' });
    expectInstalled(model);
    expect(inIncoming()).toEqual([]);
    expect(await downloads().list()).toEqual([]);
  });

  it('removes every part when cancelled', async () => {
    const { made, id } = await half();
    await made.cancel(id);
    expect(inIncoming()).toEqual([]);
    expect(await made.list()).toEqual([]);
    await expect(made.resume(id)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is taken up by asking for the name again', async () => {
    const { made, id, registry } = await half();
    await made.pause(id);
    expect(await made.start('big:latest', { from: registry.url })).toEqual({ id });
    await expect(made.start('library/big', { from: registry.url })).rejects.toMatchObject({ code: 'busy' });
    expect(await ending(made, id)).toMatchObject({ name: 'big:latest' });
  });

  it('drops the parts of layers that the name no longer has', async () => {
    const { made, id, registry } = await half();
    await made.pause(id);
    await registry.stop();
    cleanUp.pop();
    const other = randomModel(20);
    const newer = await serve({ 'library/big': other });
    await made.start('big', { from: newer.url });
    expect(await ending(made, id)).toMatchObject({ name: 'big:latest' });
    expectInstalled(other);
    expect(inIncoming()).toEqual([]);
  });

  it.each<[string, () => void]>([
    ['says nonsense', () => writeFileSync(`${partial(model)}.parts`, 'nonsense')],
    ['says that all is there', () => forgeJournal(16 * MiB)],
    ['says more than can be', () => forgeJournal(4_000_000_000)],
  ])('never ends in a wrong file when the journal %s', async (_, forge) => {
    const { made, id } = await half();
    await made.pause(id);
    forge();
    await made.resume(id);
    const outcome = await ending(made, id);
    if ('code' in outcome) {
      expect(outcome.code).toBe('model_changed');
      expect(existsSync(at.blob(model.weights))).toBe(false);
      await made.resume(id);
      expect(await ending(made, id)).toMatchObject({ name: 'big:latest' });
    }
    expectInstalled(model);
  });

  function forgeJournal(received: number): void {
    const path = `${partial(model)}.parts`;
    const bytes = readFileSync(path);
    for (let position = 28; position < bytes.length; position += 4) bytes.writeUInt32LE(received, position);
    writeFileSync(path, bytes);
  }

  it('passes over a note that is not its own, and one with a path for a name', async () => {
    mkdirSync(incoming(), { recursive: true });
    const note = { version: 1, id: '0123456789abcdef', name: 'big:latest', from: null, total: 5, held: 0, layers: [] };
    writeFileSync(join(incoming(), 'fedcba9876543210.download'), JSON.stringify(note));
    writeFileSync(join(incoming(), `${note.id}.download`), JSON.stringify({ ...note, layers: ['sha256:../../x'] }));
    expect(await downloads().list()).toEqual([]);
    writeFileSync(join(incoming(), `${note.id}.download`), JSON.stringify(note));
    expect(await downloads().list()).toMatchObject([{ id: note.id, name: 'big:latest', state: 'paused' }]);
  });

  it('writes through no link that lies where a part will be', async () => {
    mkdirSync(incoming(), { recursive: true });
    const victim = join(at.profile, 'victim');
    writeFileSync(victim, 'precious');
    symlinkSync(victim, partial(model));
    const registry = await serve({ 'library/big': model });
    expect((await pullIn(downloads(), 'big', registry.url)).outcome).toHaveProperty('code');
    expect(readFileSync(victim, 'utf8')).toBe('precious');
  });
});

describe('several downloads', () => {
  it('share the line, and the later one does not wait for the earlier', async () => {
    const [one, two] = [randomModel(256), randomModel(96)];
    const registry = await serve({ 'library/one': one, 'library/two': two }, { bytesPerSecond: 64 * MiB });
    const made = downloads();
    const first = await made.start('one', { from: registry.url });
    await until(() => registry.sent() > 16 * MiB);
    const before = registry.sentOf('library/one');
    const second = await made.start('two', { from: registry.url });
    expect(await ending(made, second.id)).toMatchObject({ name: 'two:latest' });
    const meanwhile = registry.sentOf('library/one') - before;
    // While the second brought its 96 MiB, the first brought about as much: neither starved the other.
    expect(meanwhile / MiB).toBeGreaterThan(48);
    expect(meanwhile / MiB).toBeLessThan(160);
    expect(registry.mostAtOnce()).toBeLessThanOrEqual(6);
    expect(await ending(made, first.id)).toMatchObject({ name: 'one:latest' });
    expectInstalled(one);
    expectInstalled(two);
  });

  it('run two at a time; the third waits for its turn', async () => {
    const models = { 'library/a': randomModel(8), 'library/b': randomModel(8), 'library/c': randomModel(1) };
    const registry = await serve(models, { bytesPerSecond: 16 * MiB });
    const made = downloads();
    const ids = [];
    for (const name of ['a', 'b', 'c']) ids.push((await made.start(name, { from: registry.url })).id);
    expect((await made.list()).map((each) => each.state)).toEqual(['running', 'running', 'queued']);
    expect(await Promise.all(ids.map((id) => ending(made, id)))).toMatchObject([
      { name: 'a:latest' },
      { name: 'b:latest' },
      { name: 'c:latest' },
    ]);
  });

  it('that share a layer bring it once', async () => {
    const model = randomModel(24);
    const registry = await serve({ 'library/a': model, 'library/b': model }, { bytesPerSecond: 48 * MiB });
    const made = downloads();
    const ids = [];
    for (const name of ['a', 'b']) ids.push((await made.start(name, { from: registry.url })).id);
    expect(await Promise.all(ids.map((id) => ending(made, id)))).toMatchObject([
      { name: 'a:latest' },
      { name: 'b:latest' },
    ]);
    expect(registry.sent()).toBe(24 * MiB);
  });
});

describe('what is told', () => {
  it('is how far it is, how fast, and how long it takes', async () => {
    const model = randomModel(40);
    const registry = await serve({ 'library/big': model }, { bytesPerSecond: 20 * MiB });
    const made = downloads();
    const news: Download[] = [];
    made.onChange((each) => news.push(each));
    const { id } = await made.start('big', { from: registry.url });
    await ending(made, id);
    expect(news.map((each) => each.state).filter((state, index, all) => state !== all[index - 1])).toEqual([
      'queued',
      'running',
      'checking',
      'done',
    ]);
    expect(news.length).toBeLessThan(20);
    const running = news.filter((each) => each.state === 'running' && each.rate > 0);
    const late = running.at(-1)!;
    // The line brings 20 MiB a second; a busy computer less.
    expect(late.rate / MiB).toBeGreaterThan(8);
    expect(late.rate / MiB).toBeLessThan(24);
    expect(late.remaining).toBeLessThanOrEqual(3);
    const dones = news.map((each) => each.done);
    expect(dones).toEqual(dones.toSorted((left, right) => left - right));
  });

  it('is why it failed; what came is kept', async () => {
    const model = randomModel(20);
    const { outcome, id } = await (async () => {
      const registry = await serve({ 'library/big': model }, { cutAfter: Array.from({ length: 50 }, () => 9 * MiB) });
      const made = downloads();
      const failed = await pullIn(made, 'big', registry.url);
      expect(await shown(made, failed.id)).toMatchObject({ state: 'failed', error: 'not_available', rate: 0 });
      return failed;
    })();
    expect(outcome).toMatchObject({ code: 'not_available' });
    const again = downloads();
    expect((await again.list())[0]).toMatchObject({ id, state: 'paused' });
    expect((await again.list())[0]!.done).toBeGreaterThan(4 * MiB);
  }, 60_000);

  it('does not wait for a check that refuses: the weights go, and nothing is installed', async () => {
    const model = randomModel(2);
    const registry = await serve({ 'library/big': model });
    const seen: (string | null)[] = [];
    const made = downloads({
      onArrived: async ({ weights }) => {
        seen.push(weights === null ? null : sha256(readFileSync(weights)));
        throw Object.assign(new Error('refused'), { code: 'unsupported_type' });
      },
    });
    expect((await pullIn(made, 'big', registry.url)).outcome).toMatchObject({ code: 'unsupported_type' });
    expect(seen).toEqual([model.weights]);
    expect(existsSync(partial(model))).toBe(false);
    expect(existsSync(join(at.store, 'manifests'))).toBe(false);
  });
});

describe('manifests', () => {
  const model = randomModel(1);
  const onManifest =
    (answer: NonNullable<Misbehaviour['answer']>): Misbehaviour['answer'] =>
    (request, response) =>
      request.url?.includes('/manifests/') === true && answer(request, response);

  it('of two gigabytes are refused by what they announce, unread', async () => {
    let written = 0;
    const answer = onManifest((_, response) => {
      response.writeHead(200, { 'content-length': 2 ** 31 });
      const more = (): void => {
        if (response.destroyed) return;
        written += MiB;
        response.write(Buffer.alloc(MiB, ' '), () => setImmediate(more));
      };
      more();
      return true;
    });
    const registry = await serve({ 'library/big': model }, { answer });
    expect((await pullIn(downloads(), 'big', registry.url)).outcome).toMatchObject({ code: 'too_large' });
    // What the sockets between hold, and not more.
    expect(written).toBeLessThan(32 * MiB);
  });

  it('that stand for several images are refused with that reason', async () => {
    const answer = onManifest((_, response) => {
      response.end(JSON.stringify({ schemaVersion: 2, manifests: [{ digest: model.weights }] }));
      return true;
    });
    const registry = await serve({ 'library/big': model }, { answer });
    expect((await pullIn(downloads(), 'big', registry.url)).outcome).toMatchObject({
      code: 'unsupported_type',
      message: expect.stringContaining('index'),
    });
  });

  it('with a path for a digest touch nothing', async () => {
    const text = model.manifest.toString().replace(model.weights, 'sha256:../../../../../../tmp/x');
    const answer = onManifest((_, response) => (response.end(text), true));
    const egress = watchedBroker();
    const registry = await serve({ 'library/big': model }, { answer });
    expect((await pullIn(downloads({ egress }), 'big', registry.url)).outcome).toMatchObject({
      code: 'unsupported_type',
    });
    expect(egress.asked).toHaveLength(1);
    expect(inIncoming().filter((name) => !name.endsWith('.download'))).toEqual([]);
  });
});
