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

const fields = ['schemaVersion', 'mediaType', 'config', 'layers', 'digest', 'size'];
const anyCase = new RegExp(`^(?:${fields.join('|')})$`, 'iu');

/** The engine (Go's encoding/json) takes `Layers` and `layer\u017f` for `layers`, and the last of them counts. */
const isSpeltOnce = (object: object): boolean =>
  Object.keys(object).every((key) => !anyCase.test(key) || fields.includes(key));

const layer = z
  .looseObject({
    mediaType: z.string().min(1).max(255),
    digest: z.string().refine(isDigest),
    size: z.number().int().min(0).max(layerBytes),
  })
  .refine(isSpeltOnce)
  .transform(({ mediaType, digest, size }) => ({ mediaType, digest, size }));

const schema = z
  .looseObject({
    schemaVersion: z.literal(2),
    mediaType: z.enum([mediaTypes.docker, mediaTypes.oci]).optional(),
    config: layer,
    layers: z.array(layer).min(1).max(64),
  })
  .refine(isSpeltOnce);

const invalid = (what: string): CloisterError =>
  new CloisterError('unsupported_type', `The model's manifest is not valid: ${what}.`, { detail: { what } });

function parseJson(bytes: Uint8Array): unknown {
  try {
    // The engine does not read past a byte order mark.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw invalid('it is not JSON');
  }
}

const part = (name: string): string => `application/vnd.ollama.image.${name}`;
/** Of each of these the engine uses the last layer that a manifest names. A person is shown one, so there may be one. */
const single: readonly (readonly string[])[] = [
  [mediaTypes.model],
  [part('template'), part('prompt')],
  [part('system')],
  [part('params')],
  [part('messages')],
];

/** Reads a manifest (Docker v2 or OCI). Each digest may stand once: a second mention could skip a check. */
export function parseManifest(bytes: Uint8Array): Manifest {
  if (bytes.length > manifestBytes) throw invalid('it is too large');
  const parsed = schema.safeParse(parseJson(bytes));
  if (!parsed.success) throw invalid('a field is missing or wrong');
  const { config, layers } = parsed.data;
  if (new Set([config, ...layers].map((each) => each.digest)).size !== layers.length + 1) {
    throw invalid('it names a layer twice');
  }
  if (single.some((types) => layers.filter((each) => types.includes(each.mediaType)).length > 1)) {
    throw invalid('it has two parts where the engine uses one');
  }
  if (layers.some((each) => each.mediaType === part('draft'))) {
    throw invalid('it brings a second model to draft with, which is not supported');
  }
  if (layers.some((each) => each.mediaType.startsWith(part('tensor')))) {
    throw invalid('its weights are not one GGUF file');
  }
  return { digest: digestOf(bytes), config, layers };
}

export const everyLayer = (manifest: Manifest): readonly Layer[] => [...manifest.layers, manifest.config];

/** The weights; a manifest has them once. */
export function weightsOf(manifest: Manifest): Layer {
  const found = manifest.layers.find((each) => each.mediaType === mediaTypes.model);
  if (found === undefined) throw invalid('it has no weights');
  return found;
}

export const totalBytes = (manifest: Manifest): number =>
  everyLayer(manifest).reduce((sum, each) => sum + each.size, 0);
