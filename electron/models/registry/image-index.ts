import { CloisterError } from '../../../shared/errors.ts';

const indexTypes: readonly unknown[] = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return null;
  }
}

/**
 * An index offers one image for each processor and system. A model is the same for all of them: which of several is meant
 * cannot be told, so none is taken.
 */
export function refuseIndex(bytes: Uint8Array): void {
  const read = parsed(bytes);
  if (typeof read !== 'object' || read === null) return;
  const isIndex =
    ('mediaType' in read && indexTypes.includes(read.mediaType)) || ('manifests' in read && !('layers' in read));
  if (!isIndex) return;
  throw new CloisterError(
    'unsupported_type',
    'Under this name the registry has an index of several images, not one model. Ask for the tag of one model.',
    { detail: { what: 'index' } },
  );
}
