import { hashLength, nodeHash, sameHash, type Hash } from './hash.ts';

const wellFormed = (hashes: readonly Hash[]): boolean => hashes.every((hash) => hash.length === hashLength);

const isOdd = (value: number): boolean => value % 2 === 1;
const half = (value: number): number => Math.floor(value / 2);

/** RFC 9162, section 2.1.3.2. */
export function checkInclusion(input: {
  readonly leaf: number;
  readonly size: number;
  readonly leafHash: Hash;
  readonly proof: readonly Hash[];
  readonly root: Hash;
}): boolean {
  const { leaf, size, proof, root } = input;
  if (leaf < 0 || leaf >= size || !wellFormed([input.leafHash, root, ...proof])) return false;
  let at = leaf;
  let last = size - 1;
  let hash = input.leafHash;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (isOdd(at) || at === last) {
      hash = nodeHash(sibling, hash);
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else hash = nodeHash(hash, sibling);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && sameHash(hash, root);
}

interface Consistency {
  readonly older: number;
  readonly newer: number;
  readonly olderRoot: Hash;
  readonly newerRoot: Hash;
  readonly proof: readonly Hash[];
}

/** RFC 9162, section 2.1.4.2. An empty older tree is the beginning of every tree: there is nothing to prove, so nothing passes as a proof. */
export function checkConsistency(input: Consistency): boolean {
  const { older, newer, olderRoot, newerRoot, proof } = input;
  if (older < 1 || older > newer) return false;
  // One size: nothing is hashed, so the roots are only compared, as the public vectors have it.
  if (older === newer) return proof.length === 0 && sameHash(olderRoot, newerRoot);
  if (!wellFormed([olderRoot, newerRoot, ...proof])) return false;
  return walk(input);
}

function walk({ older, newer, olderRoot, newerRoot, proof }: Consistency): boolean {
  // A power of two is itself a node of the newer tree, so the proof leaves it out.
  const hashes = Number.isInteger(Math.log2(older)) ? [olderRoot, ...proof] : [...proof];
  const first = hashes.shift();
  if (first === undefined) return false;
  let [at, last] = [older - 1, newer - 1];
  while (isOdd(at)) [at, last] = [half(at), half(last)];
  let [was, is] = [first, first];
  for (const hash of hashes) {
    if (last === 0) return false;
    if (isOdd(at) || at === last) {
      [was, is] = [nodeHash(hash, was), nodeHash(hash, is)];
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else is = nodeHash(is, hash);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && sameHash(was, olderRoot) && sameHash(is, newerRoot);
}
