import type { CacheType, Hardware } from '../../../shared/contract/types.ts';
import type { Corrections, Load } from './corrections.ts';
import { estimate, type Needs, type Sizing } from './estimate.ts';
import { freeOn } from './free.ts';
import { machineOf } from './machine.ts';

/** Weights that are known by their header or by the catalogue (an empty digest, about which nothing was learned). */
export interface Weighed {
  readonly digest: string;
  readonly sizing: Sizing;
}

/** What a model needs on this computer, with what its own engine taught about it. */
export function createNeeds(corrections: Corrections, usual: () => CacheType) {
  const loadOf = (digest: string, contextTokens: number, hardware: Hardware, cacheType: CacheType): Load => {
    const onCard = freeOn(hardware).card !== null;
    return { digest, contextTokens, machine: machineOf(hardware), onCard, cacheType };
  };

  return {
    async of(model: Weighed, contextTokens: number, hardware: Hardware, cacheType = usual()): Promise<Needs> {
      const load = loadOf(model.digest, contextTokens, hardware, cacheType);
      return corrections.apply(estimate(model.sizing, contextTokens, load), load);
    },
    async learn(model: Weighed, contextTokens: number, hardware: Hardware, reported: number): Promise<boolean> {
      const load = loadOf(model.digest, contextTokens, hardware, usual());
      return corrections.learn(estimate(model.sizing, contextTokens, load), reported, load);
    },
  };
}

export type NeedsOf = ReturnType<typeof createNeeds>;

/** llama.cpp refuses to load a model whose heads do not fill the blocks of a smaller cache. */
export const canKeep = ({ fillsBlocks }: Pick<Sizing, 'fillsBlocks'>, cacheType: CacheType): boolean =>
  cacheType === 'f16' || fillsBlocks;
