import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Collection } from '../../shared/contract/types.ts';
import type { Documents } from '../documents/types.ts';

export const samplesCollection = 'Sample documents';

async function sampleFiles(resources: string): Promise<string[]> {
  const folder = join(resources, 'samples');
  const names = await readdir(folder);
  return names.map((name) => join(folder, name));
}

/** Takes the samples in; a second time nothing is redone. */
export async function addSamples(
  documents: Documents,
  resources: string,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<Collection> {
  const files = await sampleFiles(resources);
  const collection =
    (await documents.collectionByName(samplesCollection)) ?? (await documents.createCollection(samplesCollection));
  let done = 0;
  await documents.ingest(collection.id, files, {
    onResult: () => {
      done += 1;
      onProgress(done, files.length);
    },
  });
  return (await documents.collectionByName(samplesCollection)) ?? collection;
}
