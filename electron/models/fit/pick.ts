import type { InstalledModel } from '../../../shared/contract/types.ts';

/** How long a choice stands: each question asks anew, and the first words of an answer do not wait for it. Milliseconds. */
const standsFor = 60_000;

type Judge = (model: InstalledModel) => Promise<{ readonly isSlow: boolean } | null>;

/** The model for a question that names none, chosen anew when other models are installed. */
export function createPick(judge: Judge, now: () => number = () => performance.now()) {
  let last: { readonly key: string; readonly at: number; readonly chosen: InstalledModel | null } | null = null;

  async function choose(largestFirst: readonly InstalledModel[]): Promise<InstalledModel | null> {
    let quickest: InstalledModel | null = null;
    for (const model of largestFirst) {
      const judged = await judge(model);
      if (judged?.isSlow === false) return model;
      if (judged !== null) quickest = model;
    }
    return quickest;
  }

  return async function pick(models: readonly InstalledModel[]): Promise<InstalledModel | null> {
    const key = models.map(({ name, digest }) => `${name}@${digest}`).join();
    if (last?.key === key && last.chosen !== null && now() - last.at < standsFor) {
      const { chosen } = last;
      return models.find(({ name }) => name === chosen.name) ?? null;
    }
    const chosen = await choose([...models].sort((left, right) => right.size - left.size));
    last = { key, at: now(), chosen };
    return chosen;
  };
}
