import { rangeHash, type NodeReader } from './root.ts';
import type { Hash } from './hash.ts';
import { split } from './shape.ts';

/** RFC 6962, section 2.1.1: the siblings on the way from a leaf to the root, lowest first. */
export function proveInclusion(leaf: number, size: number, node: NodeReader): Hash[] {
  if (leaf < 0 || leaf >= size) throw new RangeError('The entry is not in a tree of this size.');
  return path(leaf, 0, size, node);
}

function path(leaf: number, start: number, size: number, node: NodeReader): Hash[] {
  if (size === 1) return [];
  const left = split(size);
  return leaf < left
    ? [...path(leaf, start, left, node), rangeHash(start + left, size - left, node)]
    : [...path(leaf - left, start + left, size - left, node), rangeHash(start, left, node)];
}

/** RFC 6962, section 2.1.2: what shows that the tree of `newer` entries begins with the tree of `older`. */
export function proveConsistency(older: number, newer: number, node: NodeReader): Hash[] {
  if (older < 1 || older > newer) throw new RangeError('The older tree must have entries and must not be larger.');
  if (older === newer) return [];
  return subproof({ older, start: 0, size: newer, whole: true }, node);
}

function subproof(
  { older, start, size, whole }: { older: number; start: number; size: number; whole: boolean },
  node: NodeReader,
): Hash[] {
  if (older === size) return whole ? [] : [rangeHash(start, size, node)];
  const left = split(size);
  return older <= left
    ? [...subproof({ older, start, size: left, whole }, node), rangeHash(start + left, size - left, node)]
    : [
        ...subproof({ older: older - left, start: start + left, size: size - left, whole: false }, node),
        rangeHash(start, left, node),
      ];
}
