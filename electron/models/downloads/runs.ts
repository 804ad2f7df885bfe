import { partBytes, type Parts } from './parts.ts';

/** Parts that one request asks for: from `first` to `last`, which is among them. */
export interface Run {
  readonly first: number;
  readonly last: number;
}

/** More would let the hash, which follows the first gap, wait too long for its lane. */
const mostParts = 4;

/**
 * Parts for the next request, by how long those of the last one took: on a line so fast that asking costs more than sending, a
 * request asks for more; on any other, the line changes hands with each part. Seconds.
 */
export function nextLength(parts: number, seconds: number): number {
  const each = seconds / parts;
  if (each < 0.4) return Math.min(mostParts, parts * 2);
  return each > 0.8 ? 1 : parts;
}

/** Hands out what is missing of a layer, from its beginning on, each part once; `lanes` share the end evenly. */
export function createRuns(parts: Parts, lanes: number): (most: number) => Run | null {
  const taken = new Set<number>();
  const isFree = (part: number): boolean => part < parts.count && !taken.has(part) && !parts.isComplete(part);

  return (most) => {
    let first = Math.floor(parts.prefix / partBytes);
    while (first < parts.count && !isFree(first)) first += 1;
    if (first >= parts.count) return null;
    const fair = Math.max(1, Math.min(most, Math.floor((parts.count - first) / lanes)));
    taken.add(first);
    let last = first;
    // Where something is there already another request begins: nothing is fetched twice.
    while (last - first + 1 < fair && isFree(last + 1) && parts.received(last + 1) === 0) {
      last += 1;
      taken.add(last);
    }
    return { first, last };
  };
}
