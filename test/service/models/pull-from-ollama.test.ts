import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { because } from '../../fixtures/because.ts';
import { sha256, startRegistry, type RunningRegistry } from '../../fixtures/model-registry.ts';
import { hasOllama, startOllama, startRedirector, type RunningOllama } from '../../fixtures/ollama.ts';
import { modelsIn, testProfile, tinyChat, type TestProfile } from './support.ts';

describe.skipIf(!hasOllama)(
  'a model that Ollama pushed',
  because('no engine is set up; npm run setup obtains one'),
  () => {
    let at: TestProfile;
    let registry: RunningRegistry;
    let ollama: RunningOllama;
    const weights = tinyChat({ hidden: 512, layers: 8, feedForward: 2048 });
    beforeAll(async () => {
      [registry, ollama] = await Promise.all([startRegistry(), startOllama()]);
      const place = testProfile();
      const gguf = join(place.profile, 'tiny.gguf');
      writeFileSync(gguf, weights);
      await ollama.create('tiny', gguf);
      await ollama.push('tiny', new URL(registry.url).host);
      place.remove();
    });
    afterAll(async () => {
      await ollama.stop();
      await registry.stop();
    });
    beforeEach(() => {
      at = testProfile();
    });
    afterEach(() => at.remove());

    it('comes as it was pushed, byte for byte', async () => {
      const models = modelsIn(at.profile);
      const installed = await models.pull('tiny', { from: registry.url });
      expect(installed).toMatchObject({ name: 'tiny:latest', kind: 'chat' });
      const answer = await fetch(`${registry.url}/v2/library/tiny/manifests/latest`, {
        headers: { accept: 'application/vnd.docker.distribution.manifest.v2+json' },
      });
      const manifest = Buffer.from(await answer.arrayBuffer());
      expect(installed.digest).toBe(sha256(manifest));
      const passport = await models.passports.passport('tiny');
      const ours = passport.layers.find((layer) => layer.role === 'weights')!;
      expect(manifest.toString()).toContain(ours.digest);
      const found = [at.store, join(at.profile, 'quarantine')]
        .map((folder) => join(folder, 'blobs', ours.digest.replace(':', '-')))
        .flatMap((path) => {
          try {
            return [sha256(readFileSync(path))];
          } catch {
            return [];
          }
        });
      expect(found).toEqual([ours.digest]);
    });

    it('comes through redirects to a host that is listed, and not to one that is not', async () => {
      const front = await startRedirector(registry.url);
      const from = `http://${front.host}`;
      await expect(modelsIn(at.profile).pull('tiny', { from })).rejects.toMatchObject({ code: 'egress_denied' });
      const hosts = [front.host, `localhost:${new URL(registry.url).port}`];
      const listed = modelsIn(at.profile, { policy: { 'models.registryHosts': hosts } });
      await expect(listed.pull('tiny', { from })).resolves.toMatchObject({ name: 'tiny:latest' });
      await front.stop();
    });
  },
);
