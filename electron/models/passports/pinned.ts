import { convertedEmbedder, embedderName } from '../embedder/pins.ts';
import { mediaTypes, weightsOf, type Manifest } from '../store/manifest.ts';

const allowed: ReadonlySet<string> = new Set([mediaTypes.model, mediaTypes.licence]);

/**
 * The embedding model that this build names by its hash: approved by that, also without a vault. A manifest that adds a template,
 * parameters or an adapter to the same weights is another model.
 */
export function isPinned(name: string, manifest: Manifest): boolean {
  if (name !== embedderName || weightsOf(manifest).digest !== convertedEmbedder) return false;
  const weights = manifest.layers.filter((layer) => layer.mediaType === mediaTypes.model);
  return weights.length === 1 && manifest.layers.every((layer) => allowed.has(layer.mediaType));
}
