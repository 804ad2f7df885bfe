import { byScore, type Scored } from '../vector/best.ts';

/** Reciprocal rank fusion's usual constant: how little the first ranks stand out. */
const rankConstant = 60;

/** Adds up 1 / (60 + rank) over the lists (Cormack et al. 2009). Each list is best first. */
export function fuseByRank(lists: readonly (readonly Scored[])[]): Scored[] {
  const sums = new Map<number, number>();
  for (const list of lists) {
    list.forEach(({ chunk }, at) => sums.set(chunk, (sums.get(chunk) ?? 0) + 1 / (rankConstant + at + 1)));
  }
  return [...sums].map(([chunk, score]) => ({ chunk, score })).sort(byScore);
}

/** Adds up the scores of the lists, each brought to 0..1 first. */
export function fuseByScore(lists: readonly (readonly Scored[])[], weights: readonly number[] = []): Scored[] {
  const sums = new Map<number, number>();
  lists.forEach((list, which) => {
    const scores = list.map(({ score }) => score);
    const least = Math.min(...scores);
    const range = Math.max(...scores) - least;
    for (const { chunk, score } of list) {
      const share = range === 0 ? 1 : (score - least) / range;
      sums.set(chunk, (sums.get(chunk) ?? 0) + share * (weights[which] ?? 1));
    }
  });
  return [...sums].map(([chunk, score]) => ({ chunk, score })).sort(byScore);
}
