import { emptyRoot, nodeHash, type Hash } from './hash.ts';
import { completedBy, rightEdge, split, type Place } from './shape.ts';

/** Where the hashes of complete subtrees come from. Throws when one is missing. */
export type NodeReader = (place: Place) => Hash;

/** Folds the complete subtrees of the right edge, largest first, into the root. */
export function rootFromEdge(edge: readonly Hash[]): Hash {
  if (edge.length === 0) return emptyRoot;
  return edge.reduceRight((right, left) => nodeHash(left, right));
}

/** The root at `size`, from O(log size) stored nodes. Any earlier size can be asked of a longer log. */
export function rootAt(size: number, node: NodeReader): Hash {
  return rootFromEdge(rightEdge(size).map(node));
}

/** Adds one leaf to an edge in place and tells every subtree that is complete with it, leaf first. */
export function extendEdge(edge: Hash[], leaf: number, hash: Hash): { place: Place; hash: Hash }[] {
  const added = [{ place: { level: 0, index: leaf }, hash }];
  let right = hash;
  for (const place of completedBy(leaf)) {
    const left = edge.pop();
    if (left === undefined) throw new Error('The edge is shorter than its size.');
    right = nodeHash(left, right);
    added.push({ place, hash: right });
  }
  edge.push(right);
  return added;
}

/** The hash of the leaves `start … start + size`, where `start` is a multiple of a power of two not below `size`. */
export function rangeHash(start: number, size: number, node: NodeReader): Hash {
  const level = Math.log2(size);
  if (Number.isInteger(level)) return node({ level, index: start / size });
  const left = split(size);
  return nodeHash(rangeHash(start, left, node), rangeHash(start + left, size - left, node));
}
