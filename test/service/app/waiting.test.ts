import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Collection } from '../../../shared/contract/types.ts';
import { installScriptedEngine } from '../../fakes/install-scripted-engine.ts';
import { installModel } from '../../fixtures/install-model.ts';
import { writeTinyEmbeddingModel } from '../../fixtures/tiny-chat-model.ts';
import { openApplication, openPage } from './support.ts';

const embedder = 'scripted-embed';

async function installEmbedder(models: string): Promise<void> {
  const gguf = join(models, '..', 'model.gguf');
  writeTinyEmbeddingModel(gguf);
  await installModel(models, embedder, gguf);
  await rm(gguf);
}

it('passages that were read before an engine was approved are embedded as soon as it starts', async () => {
  const { application, folder, close } = await openApplication(installEmbedder);
  const page = openPage(application);
  try {
    const papers = join(folder, 'papers');
    await mkdir(papers);
    await writeFile(join(papers, 'lease.txt'), 'The rent is 900 euros and is due on the first of each month.');
    const { id } = await page.call<Collection>('collections.create', { name: 'Papers' });
    await application.rooms.documents.ingest(id, [papers], {});
    const figures = async () =>
      (await page.call<{ collections: Collection[] }>('collections.list', {})).collections.map(
        ({ chunks, embedded }) => [chunks, embedded],
      );
    expect(await figures()).toEqual([[1, 0]]);

    const binary = await installScriptedEngine(join(folder, 'engine'), { models: [`${embedder}:latest`] });
    await application.rooms.engine.trustFile(binary);
    await page.call('engine.start', {});
    await expect.poll(figures, { timeout: 20_000 }).toEqual([[1, 1]]);
  } finally {
    page.close();
    await close();
  }
});
