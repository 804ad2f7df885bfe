import type { CacheType } from '../../shared/contract/types.ts';
import type { Policy } from '../policy/index.ts';

/** How the engine keeps the context of conversations: as policy says, else as the person chose, else exactly. */
export interface CacheChoice {
  now(): CacheType;
  /** Once the person's choice is read; the engine waits for it before it starts. */
  settled(): Promise<CacheType>;
  choose(own: CacheType): void;
  /** The vault was opened: what the person chose is read from there. Without it nothing is known of a person. */
  read(own: Promise<CacheType>): void;
}

export function createCacheChoice(policy: Pick<Policy, 'value'>): CacheChoice {
  let own: CacheType = 'f16';
  let reading: Promise<void> = Promise.resolve();
  const now = (): CacheType => policy.value('models.cacheType') ?? own;
  return {
    now,
    settled: async () => {
      await reading;
      return now();
    },
    choose: (chosen) => void (own = chosen),
    read(chosen) {
      reading = chosen.then(
        (found) => void (own = found),
        () => undefined,
      );
    },
  };
}
