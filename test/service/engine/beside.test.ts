import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createEngineWith, type EngineInsides } from '../../../electron/engine/create-engine.ts';
import { answerOf, asking, descendants, isAlive, keeper, prepare, until, weaker } from './support.ts';

const cages: readonly [string, EngineInsides][] = [
  ['sealed in', {}],
  ['on a port', weaker],
];

describe.each(cages)('an engine beside the usual one, %s', (_, insides) => {
  it('is shown the files of one model and nothing else, and leaves nothing', async () => {
    const bench = await prepare(insides);
    const names = (await readdir(join(bench.models, 'blobs'))).map((name) => `blobs/${name}`);
    const files = ['manifests/registry.ollama.ai/library/tiny/latest', ...names].map((to) => ({
      from: join(bench.models, to),
      to,
    }));
    const usual = await bench.engine.client();
    const before = await descendants(process.pid);
    const beside = createEngineWith(
      {
        profile: bench.profile,
        models: bench.models,
        beside: { name: 'trial', files },
        runtime: { node: process.execPath, keeper },
      },
      insides,
    );
    try {
      const client = await beside.client();
      const [last] = (await answerOf(client, asking(8))).slice(-1);
      expect(last).toMatchObject({ done: true, answerTokens: 8 });
      // Its manifest is not shown, though its layers are.
      await expect(client.embed('tiny-embed', ['words'])).rejects.toMatchObject({ code: 'model_missing' });
      expect(await usual.loaded()).toEqual([]);
      expect(await client.loaded()).toMatchObject([{ name: 'tiny:latest' }]);
      const own = (await descendants(process.pid)).filter(({ pid }) => !before.some((each) => each.pid === pid));
      expect(own.map(({ executable }) => executable.split('/').at(-1))).toContain('llama-server');
      await beside.dispose();
      for (const { pid, executable } of own) await until(`${executable} is gone`, async () => !(await isAlive(pid)));
      expect(existsSync(join(bench.profile, 'trial-process.json'))).toBe(false);
      // The usual one was not touched.
      expect((await answerOf(usual, asking(4))).at(-1)).toMatchObject({ done: true });
      expect(bench.engine.status()).toMatchObject({ state: 'ready', restarts: 0 });
    } finally {
      await beside.dispose();
      await bench.end();
    }
  });
});
