import { CloisterError } from '../../../shared/errors.ts';
import type { EgressAnswer, EgressLease } from '../../egress/types.ts';
import { digestOf } from '../digests.ts';
import type { ModelName } from '../names.ts';
import { manifestBytes, mediaTypes, type Layer } from '../store/manifest.ts';
import type { RegistryAddress } from './address.ts';
import { readBounded } from './bounded.ts';
import { refuseIndex } from './image-index.ts';
import { createAsk } from './sign-in.ts';

/** Bytes `start` to `end` (not among them); without an end to the last one. */
export interface ByteRange {
  readonly start: number;
  readonly end: number | null;
}

export interface LayerAnswer {
  /** The registry sends everything, whatever range was asked for. */
  readonly isWhole: boolean;
  /** Where the bytes begin. */
  readonly start: number;
  /** Puts the bytes where they belong. */
  readonly save: EgressAnswer['save'];
  /** Ends the request unread. */
  cancel(): void;
}

/** The requests of the OCI distribution protocol that a download needs. */
export interface RegistryClient {
  /** The manifest's bytes. Throws `not_found`, `forbidden`, `too_large`, `unsupported_type`. */
  manifest(signal?: AbortSignal, patience?: number): Promise<Uint8Array>;
  /** Throws `model_changed` when the registry says that the layer has another length than the manifest says. */
  layer(layer: Layer, range: ByteRange, signal?: AbortSignal): Promise<LayerAnswer>;
}

/** The manifest is small; a registry that does not send it in this time is taken as out of reach. */
const manifestMilliseconds = 15_000;

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

const otherLength = (): CloisterError =>
  new CloisterError(
    'model_changed',
    'The registry has a layer of another length than its manifest says. Try again later.',
  );

const otherPart = (): CloisterError =>
  new CloisterError(
    'not_available',
    'The registry sent another part of a layer than was asked for. Try again later, or another registry.',
  );

/** `bytes 100-999/1000` → 100, 1000 and 1000; null when it is none. */
function contentRange(header: string | null): { start: number; end: number; total: number | null } | null {
  const found = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/.exec(header ?? '');
  if (found === null) return null;
  return { start: Number(found[1]), end: Number(found[2]) + 1, total: found[3] === '*' ? null : Number(found[3]) };
}

/** Where an answer's bytes begin; null when it is not what was asked for. */
function startOf(answer: EgressAnswer, layer: Layer, { start, end }: ByteRange): number | null {
  if (answer.status === 416) throw otherLength();
  if (answer.status === 200) {
    const length = answer.header('content-length');
    if (length !== null && Number(length) !== layer.size) throw otherLength();
    return 0;
  }
  const range = answer.status === 206 ? contentRange(answer.header('content-range')) : null;
  if (range === null || range.start !== start || range.end > (end ?? layer.size)) return null;
  if (range.total !== null && range.total !== layer.size) throw otherLength();
  const length = answer.header('content-length');
  if (length !== null && Number(length) !== range.end - range.start) return null;
  return start;
}

export function createRegistryClient(lease: EgressLease, { base }: RegistryAddress, name: ModelName): RegistryClient {
  const repository = `${name.namespace}/${name.model}`;
  const ask = createAsk(lease, { base, repository });
  /** Where a registry's redirect led for a layer, so that each further range needs one request. */
  const places = new Map<string, string>();
  // Compressed on the way, lengths and offsets would mean something else.
  const plain = { 'accept-encoding': 'identity' };
  return {
    async manifest(signal, patience = manifestMilliseconds) {
      const url = `${base}/v2/${repository}/manifests/${name.tag}`;
      const headers = { ...plain, accept: `${mediaTypes.docker}, ${mediaTypes.oci}` };
      const stop = AbortSignal.any([AbortSignal.timeout(patience), ...(signal === undefined ? [] : [signal])]);
      const answer = await ask(url, headers, stop);
      if (answer.status !== 200) {
        answer.cancel();
        throw refuse(answer.status, `${repository}:${name.tag}`);
      }
      const bytes = await readBounded(answer, manifestBytes, 'manifest');
      const announced = answer.header('docker-content-digest');
      if (announced !== null && announced !== digestOf(bytes)) {
        throw new CloisterError('model_changed', 'The manifest that arrived is not the one the registry announced.');
      }
      refuseIndex(bytes);
      return bytes;
    },
    async layer(layer, range, signal) {
      const { digest } = layer;
      const wanted = range.start === 0 && range.end === null ? {} : { range: rangeHeader(range) };
      const place = places.get(digest) ?? `${base}/v2/${repository}/blobs/${digest}`;
      // Forgotten until it has answered well: such addresses are made for a time.
      places.delete(digest);
      const answer = await ask(place, { ...plain, ...wanted }, signal);
      try {
        const start = startOf(answer, layer, range);
        if (start === null) throw answer.status === 206 ? otherPart() : refuse(answer.status, 'a layer');
        places.set(digest, answer.url);
        return { isWhole: answer.status === 200, start, save: answer.save, cancel: () => answer.cancel() };
      } catch (thrown) {
        answer.cancel();
        throw thrown;
      }
    },
  };
}

const rangeHeader = ({ start, end }: ByteRange): string => `bytes=${start}-${end === null ? '' : end - 1}`;
