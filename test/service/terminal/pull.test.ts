import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startHostile, type HostileRegistry, type Misbehaviour } from '../../fixtures/hostile-registry.ts';
import { sha256, testModel, type TestModel } from '../../fixtures/model-registry.ts';
import { tinyChat } from '../models/support.ts';
import { collect, createCommandLine, type CommandLine } from './cli.ts';

const MiB = 2 ** 20;
/** Some 45 MiB: three parts. */
const model = testModel(tinyChat({ hidden: 1024, layers: 2, feedForward: 4096 }));
const size = model.blobs.get(model.weights)!.length;

let cli: CommandLine;
const registries: HostileRegistry[] = [];
beforeEach(async () => {
  cli = await createCommandLine();
});
afterEach(async () => {
  for (const each of registries.splice(0)) await each.stop();
  await cli.remove();
});

async function serve(misbehaviour: Misbehaviour = {}, models: Record<string, TestModel> = { 'library/big': model }) {
  const registry = await startHostile(models, misbehaviour);
  registries.push(registry);
  return registry;
}

const incoming = (): string[] => {
  const folder = join(cli.profile, 'quarantine', 'incoming');
  return existsSync(folder) ? readdirSync(folder) : [];
};

describe('cloister models pull', () => {
  it('prints each layer’s progress as lines, and what came of it last', async () => {
    const registry = await serve();
    const { code, lines, json } = await cli.runLocked('models', 'pull', 'big', '--from', registry.url);
    expect(code).toBe(0);
    // Without a vault nothing is approved.
    expect(json).toEqual({ name: 'big:latest', digest: sha256(model.manifest), state: 'quarantined' });
    const layers = lines.slice(0, -1);
    for (const line of layers) expect(Object.keys(line)).toEqual(['layer', 'done', 'total']);
    for (const [digest, bytes] of model.blobs)
      expect(layers).toContainEqual({ layer: digest, done: bytes.length, total: bytes.length });
    expect(incoming()).toEqual([]);
  });

  it('has a passport that says where it came from, with a vault that opens', async () => {
    const registry = await serve();
    expect((await cli.run('init', '--passphrase-file', cli.passphraseFile)).code).toBe(0);
    const listed = await cli.run('models', 'pull', 'big', '--from', registry.url);
    expect(listed.code).toBe(0);
    const passport = (await cli.run('models', 'passport', 'big')).json;
    expect(passport).toMatchObject({ source: { kind: 'registry', address: registry.url } });
    expect(passport['state']).toBe(listed.json['state']);
    const locked = await cli.runLocked('models', 'pull', 'big', '--from', registry.url);
    expect([locked.code, locked.json]).toMatchObject([3, { error: {} }]);
  });

  it('keeps what came when it is interrupted, says that the same command goes on, and goes on', async () => {
    const registry = await serve({ bytesPerSecond: 20 * MiB });
    const child = cli.startLocked('models', 'pull', 'big', '--from', registry.url);
    const ran = collect(child);
    for await (const line of createInterface({ input: child.stdout })) {
      const { layer, done } = JSON.parse(line) as { layer?: string; done?: number };
      if (layer === model.weights && (done ?? 0) > 8 * MiB) break;
    }
    child.kill('SIGINT');
    const { code } = await ran;
    expect(code).toBe(1);
    expect(incoming().some((name) => name.endsWith('.partial'))).toBe(true);
    const before = registry.sent();
    const again = await cli.runLocked('models', 'pull', 'big', '--from', registry.url);
    expect(again.json).toMatchObject({ name: 'big:latest' });
    expect(registry.sent() - before).toBeLessThan(size - 8 * MiB + MiB);
  });

  it('says it so that a person can copy it', async () => {
    const registry = await serve({ bytesPerSecond: 20 * MiB });
    const child = cli.startLocked('models', 'pull', 'big', '--from', registry.url);
    const ran = collect(child);
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    const { lines } = await ran;
    expect(lines.at(-1)).toMatchObject({
      error: { code: 'cancelled', message: expect.stringContaining('cloister models pull big') },
    });
  });

  it('shows a bar with rate and time on a terminal', async () => {
    const registry = await serve({ bytesPerSecond: 15 * MiB });
    const { code, out } = await cli.runAtTerminal({ columns: 90 }, 'models', 'pull', 'big', '--from', registry.url);
    expect(code).toBe(0);
    expect(out).toMatch(/\[#+\.*\] +\d+ % [\d.]+ MB of [\d.]+ MB, [\d.]+ MB\/s, \d+ s left/);
    expect(out).toContain('big:latest');
  });

  it.each<[string, Misbehaviour, number, string]>([
    [
      'a host that is not allowed',
      { answer: (_, response) => (response.writeHead(307, { location: 'https://other.example/' }).end(), true) },
      1,
      'egress_denied',
    ],
    ['a name that is not there', { answer: (_, response) => (response.writeHead(404).end(), true) }, 1, 'not_found'],
    ['a registry that fails', { answer: (_, response) => (response.writeHead(500).end(), true) }, 3, 'not_available'],
  ])('ends with its code for %s', async (_, misbehaviour, code, name) => {
    const registry = await serve(misbehaviour);
    const ran = await cli.runLocked('models', 'pull', 'big', '--from', registry.url);
    expect([ran.code, ran.json]).toMatchObject([code, { error: { code: name } }]);
  });

  it('is wrong usage without a name, and with an address that is none', async () => {
    expect((await cli.runLocked('models', 'pull')).code).toBe(2);
    expect((await cli.runLocked('models', 'pull', 'big', '--from', 'nonsense')).code).toBe(2);
    expect((await cli.runLocked('models', 'pull', '../../etc')).code).toBe(2);
  });
});
