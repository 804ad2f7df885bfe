import { arriveFile, arriveText, type ArrivedLayer } from '../store/arrive.ts';
import { mediaTypes, type Layer } from '../store/manifest.ts';
import type { Arrived, ModelStore } from '../types.ts';

const licence = `all-MiniLM-L6-v2 by sentence-transformers
Licensed under the Apache License, Version 2.0
https://www.apache.org/licenses/LICENSE-2.0
`;

const layerOf = (mediaType: string, { digest, size }: ArrivedLayer): Layer => ({ mediaType, digest, size });

/** The engine reads these fields of the image configuration. */
const configuration = (layers: readonly Layer[]): string =>
  JSON.stringify({
    model_format: 'gguf',
    model_family: 'bert',
    model_families: ['bert'],
    model_type: '22.57M',
    file_type: 'F16',
    architecture: 'amd64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.digest) },
  });

/** Copies the weights into a store's quarantine and writes the manifest around them: ours, whoever converted them. */
export async function embedderParts(
  store: ModelStore,
  weightsFile: string,
): Promise<{ manifest: Uint8Array; arrived: readonly Arrived[] }> {
  const weights = await arriveFile(store.incoming, weightsFile);
  const terms = await arriveText(store.incoming, licence);
  const layers = [layerOf(mediaTypes.model, weights), layerOf(mediaTypes.licence, terms)];
  const config = await arriveText(store.incoming, configuration(layers));
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: mediaTypes.docker,
    config: layerOf(mediaTypes.config, config),
    layers,
  });
  return { manifest: Buffer.from(manifest), arrived: [weights, terms, config] };
}
