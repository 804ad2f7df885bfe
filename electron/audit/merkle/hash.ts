import { createHash } from 'node:crypto';

/** SHA-256, 32 bytes. */
export type Hash = Uint8Array;

export const hashLength = 32;

// RFC 6962, section 2.1: leaves and nodes are hashed under different prefixes, so that neither passes for the other.
const leafPrefix = Buffer.of(0);
const nodePrefix = Buffer.of(1);

export function leafHash(entry: Uint8Array): Hash {
  return createHash('sha256').update(leafPrefix).update(entry).digest();
}

export function nodeHash(left: Hash, right: Hash): Hash {
  return createHash('sha256').update(nodePrefix).update(left).update(right).digest();
}

/** The root of a tree without entries: the hash of nothing. */
export const emptyRoot: Hash = createHash('sha256').digest();

export const sameHash = (a: Hash, b: Hash): boolean => Buffer.compare(a, b) === 0;
