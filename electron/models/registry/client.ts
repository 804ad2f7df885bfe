import { CloisterError } from '../../../shared/errors.ts';
import type { EgressLease } from '../../egress/types.ts';
import { digestOf, type Digest } from '../digests.ts';
import type { ModelName } from '../names.ts';
import { manifestBytes, mediaTypes } from '../store/manifest.ts';
import type { RegistryAddress } from './address.ts';
import { untilStalled } from './stall.ts';

/** The two requests of the OCI distribution protocol that a download needs. */
export interface RegistryClient {
  /** The manifest's bytes. Throws `not_found`, `forbidden`, `too_large`. */
  manifest(name: ModelName, signal?: AbortSignal, patience?: number): Promise<Uint8Array>;
  /** A layer from an offset on. `start` tells where the bytes really begin: 0 when the registry knows no ranges. */
  layer(
    name: ModelName,
    digest: Digest,
    offset: number,
    signal?: AbortSignal,
  ): Promise<{ start: number; body: AsyncIterable<Uint8Array> }>;
}

/** The manifest is small; a registry that does not send it in this time is taken as out of reach. */
const manifestMilliseconds = 15_000;

const repository = (name: ModelName): string => `${name.namespace}/${name.model}`;

function refuse(status: number, what: string): CloisterError {
  const detail = { status };
  if (status === 404) return new CloisterError('not_found', `The registry does not have ${what}.`, { detail });
  if (status === 401 || status === 403) {
    return new CloisterError(
      'forbidden',
      `The registry wants a sign-in for ${what}. Cloister only downloads what is public.`,
      { detail },
    );
  }
  return new CloisterError('not_available', `The registry answered ${status} for ${what}. Try again later.`, {
    detail,
  });
}

/** Takes a body in whole, never more than `maximum` bytes of it. */
async function readBounded(body: AsyncIterable<Uint8Array>, maximum: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body) {
    length += piece.length;
    if (length > maximum) throw new CloisterError('too_large', 'The manifest that the registry sent is too large.');
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

const bodyOf = (response: Response, signal: AbortSignal | undefined): AsyncIterable<Uint8Array> =>
  untilStalled((response.body ?? new ReadableStream<Uint8Array>()) as AsyncIterable<Uint8Array>, signal);

/** `bytes 100-999/1000` → 100; null when it is none. */
const rangeStart = (header: string | null): number | null => {
  const found = /^bytes (\d{1,15})-\d{1,15}\/(?:\d{1,15}|\*)$/.exec(header ?? '')?.[1];
  return found === undefined ? null : Number(found);
};

export function createRegistryClient(lease: EgressLease, { base }: RegistryAddress): RegistryClient {
  // Compressed on the way, lengths and offsets would mean something else.
  const plain = { 'accept-encoding': 'identity' };
  return {
    async manifest(name, signal, patience = manifestMilliseconds) {
      const url = `${base}/v2/${repository(name)}/manifests/${name.tag}`;
      const headers = { ...plain, accept: `${mediaTypes.docker}, ${mediaTypes.oci}` };
      const stop = AbortSignal.any([AbortSignal.timeout(patience), ...(signal === undefined ? [] : [signal])]);
      const response = await lease.fetch(url, { headers, signal: stop });
      if (response.status !== 200) throw refuse(response.status, `${repository(name)}:${name.tag}`);
      const bytes = await readBounded(bodyOf(response, signal), manifestBytes);
      const announced = response.headers.get('docker-content-digest');
      if (announced !== null && announced !== digestOf(bytes)) {
        throw new CloisterError('model_changed', 'The manifest that arrived is not the one the registry announced.');
      }
      return bytes;
    },
    async layer(name, digest, offset, signal) {
      const url = `${base}/v2/${repository(name)}/blobs/${digest}`;
      const headers = offset > 0 ? { ...plain, range: `bytes=${offset}-` } : plain;
      const response = await lease.fetch(url, { headers, ...(signal === undefined ? {} : { signal }) });
      const body = bodyOf(response, signal);
      if (response.status === 200) return { start: 0, body };
      const start = response.status === 206 ? rangeStart(response.headers.get('content-range')) : null;
      if (start === offset) return { start, body };
      await response.body?.cancel();
      throw refuse(response.status, 'a layer');
    },
  };
}
