import type { Passport } from '../../../shared/contract/types.ts';

export interface Freed {
  readonly bytes: number;
  readonly layers: Passport['layers'];
  /** Layers that stay because another model needs them. */
  readonly shared: number;
}

/** What removing a model gives back: each layer once, and none that another model has too. */
export function freedBy({ layers }: Pick<Passport, 'layers'>, others: readonly Pick<Passport, 'layers'>[]): Freed {
  const needed = new Set(others.flatMap((other) => other.layers.map(({ digest }) => digest)));
  const own = [...new Map(layers.map((layer) => [layer.digest, layer])).values()];
  const freed = own.filter(({ digest }) => !needed.has(digest));
  return { bytes: freed.reduce((sum, { size }) => sum + size, 0), layers: freed, shared: own.length - freed.length };
}
