import { createHash } from 'node:crypto';
import { CloisterError } from '../../shared/errors.ts';

/** `sha256:` and 64 lower-case hexadecimal digits. Only this ever becomes a part of a path (CVE-2024-37032). */
export type Digest = string & { readonly brand: 'digest' };

const strictDigest = /^sha256:[0-9a-f]{64}$/;

export const isDigest = (text: string): text is Digest => strictDigest.test(text);

export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new CloisterError('bad_request', 'The manifest names a layer by something that is not a SHA-256 digest.');
}

export const digestOfHex = (hex: string): Digest => parseDigest(`sha256:${hex}`);

export const digestOf = (bytes: Uint8Array | string): Digest =>
  digestOfHex(createHash('sha256').update(bytes).digest('hex'));

/** The blob's file name in Ollama's layout. */
export const blobName = (digest: Digest): string => `sha256-${digest.slice('sha256:'.length)}`;
