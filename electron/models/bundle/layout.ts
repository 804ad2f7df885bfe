import { z } from 'zod';
import { isDigest, type Digest } from '../digests.ts';
import { displayName, tryParseName } from '../names.ts';
import { manifestBytes, mediaTypes } from '../store/manifest.ts';
import { notABundle } from './problems.ts';

/** An OCI image layout (image-spec 1.1) with two signatures beside it. In this order. */
export const bundleFiles = {
  layout: 'oci-layout',
  index: 'index.json',
  /** OpenSSF Model Signing, over every file but the signatures. */
  modelSignature: 'model.sig',
  /** Ed25519, over the index: it names everything else by its hash. */
  signature: 'cloister.sig',
} as const;

/** What no signature covers. */
export const unsigned: readonly string[] = [bundleFiles.modelSignature, bundleFiles.signature];

export const layoutContent = '{"imageLayoutVersion":"1.0.0"}';
export const passportType = 'application/vnd.cloister.passport.v1+json';
export const smallBytes = 4 * 1024 * 1024;
/** A manifest has at most 64 layers; the rest is a handful. */
export const mostEntries = 128;

const indexType = 'application/vnd.oci.image.index.v1+json';
const refName = 'org.opencontainers.image.ref.name';

export const blobPath = (digest: Digest): string => `blobs/sha256/${digest.slice('sha256:'.length)}`;

export interface Descriptor {
  readonly digest: Digest;
  readonly size: number;
}

export interface BundleIndex {
  readonly name: string;
  readonly manifest: Descriptor & { readonly mediaType: string };
  readonly passport: Descriptor | null;
}

const descriptor = { digest: z.string().refine(isDigest), size: z.number().int().min(1).max(manifestBytes) };

const schema = z.strictObject({
  schemaVersion: z.literal(2),
  mediaType: z.literal(indexType),
  manifests: z
    .array(
      z.discriminatedUnion('mediaType', [
        z.strictObject({
          mediaType: z.enum([mediaTypes.docker, mediaTypes.oci]),
          ...descriptor,
          annotations: z.strictObject({ [refName]: z.string().max(600) }),
        }),
        z.strictObject({ mediaType: z.literal(passportType), ...descriptor }),
      ]),
    )
    .min(1)
    .max(2),
});

export const writeIndex = ({ name, manifest, passport }: BundleIndex): Buffer =>
  Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: indexType,
      manifests: [
        {
          mediaType: manifest.mediaType,
          digest: manifest.digest,
          size: manifest.size,
          annotations: { [refName]: name },
        },
        ...(passport === null ? [] : [{ mediaType: passportType, digest: passport.digest, size: passport.size }]),
      ],
    }),
  );

/** Throws `unsupported_type`. One model, at most one passport, a name that is one. */
export function parseIndex(bytes: Uint8Array): BundleIndex {
  let parsed: z.infer<typeof schema>;
  try {
    parsed = schema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch {
    throw notABundle('bundle_index');
  }
  const models = parsed.manifests.flatMap((each) => (each.mediaType === passportType ? [] : [each]));
  const passports = parsed.manifests.filter((each) => each.mediaType === passportType);
  const [model] = models;
  const name = tryParseName(model?.annotations[refName] ?? '');
  if (model === undefined || models.length > 1 || name === null) throw notABundle('bundle_index');
  return { name: displayName(name), manifest: model, passport: passports[0] ?? null };
}
