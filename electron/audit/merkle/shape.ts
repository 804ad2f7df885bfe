/**
 * The shape of an RFC 6962 tree: which complete subtrees stand where. Sizes may pass 2³¹, so there is arithmetic here and
 * no bit operation. A node at `level` and `index` covers the leaves from `index × 2^level` up to the next node's.
 */
export interface Place {
  readonly level: number;
  readonly index: number;
}

/** The complete subtrees that make up a tree of this size, largest (leftmost) first. O(log size). */
export function rightEdge(size: number): Place[] {
  const places: Place[] = [];
  for (let level = 0, left = size; left > 0; level++, left = Math.floor(left / 2))
    if (left % 2 === 1) places.unshift({ level, index: left - 1 });
  return places;
}

/** The subtrees above the leaf that become complete when the leaf is added, lowest first. */
export function completedBy(leaf: number): Place[] {
  const places: Place[] = [];
  for (let level = 1, index = leaf; index % 2 === 1; level++) {
    index = (index - 1) / 2;
    places.push({ level, index });
  }
  return places;
}

/** How many complete subtrees, leaves counted, a tree of this size holds: what the table of nodes must hold. */
export function countNodes(size: number): number {
  let count = 0;
  for (let left = size; left > 0; left = Math.floor(left / 2)) count += left;
  return count;
}

/** The largest power of two below `size`: where RFC 6962 splits a tree. */
export function split(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}
