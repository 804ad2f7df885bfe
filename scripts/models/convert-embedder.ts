import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { embedderSources } from '../../electron/models/index.ts';
import { startProvisioningEngine } from './provisioning-engine.ts';

const layerName = /"mediaType":"application\/vnd\.ollama\.image\.model","digest":"sha256:([0-9a-f]{64})"/;

/**
 * Lets the engine turn the model's own files (checked against their fixed hashes by the caller) into a GGUF. Calls `use` with the
 * file's path; the folder is gone afterwards.
 */
export async function convertEmbedder<Result>(
  engine: string,
  sources: string,
  scratch: string,
  use: (gguf: string) => Promise<Result>,
): Promise<Result> {
  const work = await mkdtemp(join(scratch, 'convert-'));
  try {
    return await use(await convert(engine, sources, work));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function convert(engine: string, sources: string, work: string): Promise<string> {
  const provisioning = await startProvisioningEngine(engine, work);
  try {
    const files: Record<string, string> = {};
    for (const [name, { sha256, bytes }] of Object.entries(embedderSources)) {
      files[name] = `sha256:${sha256}`;
      await provisioning.send('POST', `/api/blobs/sha256:${sha256}`, createReadStream(join(sources, name)), bytes);
    }
    const order = JSON.stringify({ model: 'all-minilm', files, stream: false });
    const answer = await provisioning.send('POST', '/api/create', order, Buffer.byteLength(order));
    if (!answer.includes('"success"'))
      throw new Error(`The engine could not convert the model: ${answer.slice(0, 300)}`);
    return await findWeights(provisioning.models);
  } finally {
    await provisioning.stop();
  }
}

async function findWeights(models: string): Promise<string> {
  const manifest = join(models, 'manifests', 'registry.ollama.ai', 'library', 'all-minilm', 'latest');
  let text = '';
  for await (const piece of createReadStream(manifest, { encoding: 'utf8', end: 65_535 })) text += String(piece);
  const hex = layerName.exec(text)?.[1];
  if (hex === undefined) throw new Error('The engine converted the model and did not say where it put it.');
  return join(models, 'blobs', `sha256-${hex}`);
}
