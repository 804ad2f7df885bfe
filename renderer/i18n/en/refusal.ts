import type { LoadRefusal } from '../../../shared/contract/types.ts';
import { bytes, number } from '../format.ts';

const kept = { f16: 'exactly', q8_0: 'in 8 bits', q4_0: 'in 4 bits' } as const;

/** Why a model was not loaded for a question, and what would help. */
export const refusal = {
  looking: 'Looking for what would make room',
  title: (model: string) => `${model} was not loaded.`,
  why: {
    size: (needs: number, free: number) => `It needs ${bytes(needs)}, and ${bytes(free)} are free now.`,
    cpu: () => 'Your organisation does not allow models on the processor, and no graphics card holds it.',
    split: () => 'Your organisation does not allow a model half on the graphics card and half in memory.',
    failed: () => 'The engine could not get the memory for it, and no more is free since.',
    cache: () => 'Its conversations cannot be kept in fewer bits, as is chosen on this computer.',
  } as const satisfies Record<LoadRefusal['why'], (needs: number, free: number) => string>,
  helps: 'What helps',
  nothing: 'Close other programs, or choose a smaller model under Models.',
  fits: 'There is room for it now.',
  again: 'Ask again',
  useModel: (name: string) => `Ask ${name}`,
  modelHere: (name: string) => `${name} is installed and fits.`,
  getModel: (name: string) => `Get ${name}`,
  modelThere: (name: string) => `${name} would fit.`,
  useShorter: (tokens: number) => `Use ${number(tokens)} tokens`,
  shorter: (tokens: number) =>
    `With ${number(tokens)} tokens at once it fits: enough for a short question, not for long documents.`,
  useCache: (type: keyof typeof kept) => `Keep it ${kept[type]}`,
  cache: (type: keyof typeof kept, tokens: number) =>
    type === 'f16'
      ? `Kept exactly, its conversation fits with ${number(tokens)} tokens.`
      : `Kept ${kept[type]}, a conversation takes less memory and is a little less exact; ${number(tokens)} tokens fit. This holds for every model from then on.`,
  fourBits: (needs: number) => `In 4 bits the same model would need about ${bytes(needs)}.`,
  close: (programs: readonly string[]) => `Closing ${programs.join(' and ')} would make room.`,
  program: (name: string, held: number) => `${name} (${bytes(held)})`,
} as const;
