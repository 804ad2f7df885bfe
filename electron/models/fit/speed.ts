import type { Hardware } from '../../../shared/contract/types.ts';
import { counted } from '../../../shared/counted.ts';
import type { Place } from './fits.ts';

/** What is read and computed for one token. */
export interface Work {
  /** Bytes of weights: of a mixture, only the experts that are asked. */
  readonly bytes: number;
  /** Numbers multiplied. */
  readonly parameters: number;
  /** Some of the experts are asked, not all weights. */
  readonly isMixture: boolean;
}

/** Multiplications of weights that one logical core of a present desktop or server does in a second; measured with small models. */
const multiplications = 9e9;

/** Experts lie scattered, and each is asked for few tokens: the cores reach this part of what they else do. */
const scattered = 0.75;

/** Slower than people read: about four words a second. */
export const slowest = 5;

/**
 * Tokens a second, expected: every token reads all weights once, and multiplies by each. `share`: the part of the model that
 * the processor holds. Null where the memory's speed is not known, and for graphics cards, whose speed nobody tells.
 */
export function tokensPerSecond(work: Work, place: Place, share: number, hardware: Hardware): number | null {
  const { memorySpeed } = hardware;
  if (place === 'gpu' || place === 'no' || memorySpeed === null || memorySpeed === undefined) return null;
  const reading = (work.bytes * share) / memorySpeed;
  const pace = hardware.cpu.cores * multiplications * (work.isMixture ? scattered : 1);
  const computing = (work.parameters * share) / pace;
  return 1 / Math.max(reading, computing);
}

/** `about 4 tokens a second`; less than one stays a fraction. */
export const speedInWords = (speed: number): string =>
  speed < 1 ? `about ${speed.toFixed(1)} tokens a second` : `about ${counted(Math.round(speed), 'token')} a second`;
