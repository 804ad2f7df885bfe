import { join } from 'node:path';
import { blobName, type Digest } from '../digests.ts';
import type { ModelName } from '../names.ts';

/** Segments below a store's root, in Ollama's own layout. Made from checked names and digests only. */
export const blobSegments = (digest: Digest): readonly string[] => ['blobs', blobName(digest)];

/** Ollama writes a port's colon as it is, but on Windows as a percent sign. */
const hostFolder = (host: string): string => (process.platform === 'win32' ? host.replace(':', '%') : host);

export const manifestSegments = ({ host, namespace, model, tag }: ModelName): readonly string[] => [
  'manifests',
  hostFolder(host),
  namespace,
  model,
  tag,
];

export const under = (root: string, segments: readonly string[]): string => join(root, ...segments);
