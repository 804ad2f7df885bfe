import { sign, verify, type KeyObject } from 'node:crypto';

export const payloadType = 'application/vnd.in-toto+json';

/** What is signed of a DSSE envelope (secure-systems-lab/dsse, protocol 1.0): the lengths stand in it, so nothing can be moved. */
export const preAuthenticated = (payload: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `), payload]);

/** Sigstore's protobuf specs: the hash follows the curve. */
const hashes: Readonly<Record<string, string>> = { prime256v1: 'sha256', secp384r1: 'sha384', secp521r1: 'sha512' };

const hashFor = (key: KeyObject): string => hashes[key.asymmetricKeyDetails?.namedCurve ?? ''] ?? 'sha256';

export const signEnvelope = (payload: Uint8Array, key: KeyObject): Buffer =>
  sign(hashFor(key), preAuthenticated(payload), key);

export const holds = (payload: Uint8Array, signature: Uint8Array, key: KeyObject): boolean =>
  key.asymmetricKeyType === 'ec' && verify(hashFor(key), preAuthenticated(payload), key, signature);
