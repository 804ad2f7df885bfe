import type { LoadRefusal } from '../../../shared/contract/types.ts';

/** A model that is too large in every way there is, with all that would help. */
export const refusalOf = (model: string): LoadRefusal => ({
  model,
  why: 'size',
  reason: 'Too large by 1.2 GB: needs 8.1 GB, 6.9 GB free.',
  needs: 8.1e9,
  free: 6.9e9,
  contextTokens: 2048,
  tokensPerSecond: null,
  fourBits: 5.2e9,
  shorterContext: 1024,
  cacheType: { type: 'q8_0', contextTokens: 4096 },
  close: [{ name: 'firefox', bytes: 1.6e9 }],
  suggestion: 'llama3.2:3b',
  suggestionIsHere: true,
  suggestionReason: 'Needs 2.8 GB, 6.9 GB free on NVIDIA RTX 4060.',
});
