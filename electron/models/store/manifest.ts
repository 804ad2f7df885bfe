import { z } from 'zod';
import { CloisterError } from '../../../shared/errors.ts';
import { digestOf, isDigest, type Digest } from '../digests.ts';

/** Real manifests take 400 to 2,000 bytes. */
export const manifestBytes = 1024 * 1024;
/** Past every published model. */
const layerBytes = 2 ** 42;

export const mediaTypes = {
  docker: 'application/vnd.docker.distribution.manifest.v2+json',
  oci: 'application/vnd.oci.image.manifest.v1+json',
  model: 'application/vnd.ollama.image.model',
  licence: 'application/vnd.ollama.image.license',
  config: 'application/vnd.docker.container.image.v1+json',
} as const;

export interface Layer {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
}

export interface Manifest {
  /** SHA-256 of the manifest's own bytes: it stands for the whole model. */
  readonly digest: Digest;
  readonly config: Layer;
  readonly layers: readonly Layer[];
}

const layer = z.object({
  mediaType: z.string().min(1).max(255),
  digest: z.string().refine(isDigest),
  size: z.number().int().min(0).max(layerBytes),
});

const schema = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.enum([mediaTypes.docker, mediaTypes.oci]).optional(),
  config: layer,
  layers: z.array(layer).min(1).max(64),
});

const invalid = (what: string): CloisterError =>
  new CloisterError('unsupported_type', `The model's manifest is not valid: ${what}.`, { detail: { what } });

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw invalid('it is not JSON');
  }
}

/** Reads a manifest (Docker v2 or OCI). Each digest may stand once: a second mention could skip a check. */
export function parseManifest(bytes: Uint8Array): Manifest {
  if (bytes.length > manifestBytes) throw invalid('it is too large');
  const parsed = schema.safeParse(parseJson(bytes));
  if (!parsed.success) throw invalid('a field is missing or wrong');
  const { config, layers } = parsed.data;
  if (new Set([config, ...layers].map((each) => each.digest)).size !== layers.length + 1) {
    throw invalid('it names a layer twice');
  }
  if (layers.some((each) => each.mediaType.startsWith('application/vnd.ollama.image.tensor'))) {
    throw invalid('its weights are not one GGUF file');
  }
  return { digest: digestOf(bytes), config, layers };
}

export const everyLayer = (manifest: Manifest): readonly Layer[] => [...manifest.layers, manifest.config];

/** The weights; the first layer of this type counts, as in the engine. */
export function weightsOf(manifest: Manifest): Layer {
  const found = manifest.layers.find((each) => each.mediaType === mediaTypes.model);
  if (found === undefined) throw invalid('it has no weights');
  return found;
}

export const totalBytes = (manifest: Manifest): number =>
  everyLayer(manifest).reduce((sum, each) => sum + each.size, 0);
