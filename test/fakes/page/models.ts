import type { Candidate, Hardware, InstalledModel, ModelFit } from '../../../shared/contract/types.ts';
import { before, hash, minute } from './base.ts';

export const chatModel: InstalledModel = {
  name: 'qwen3:8b',
  digest: hash('qwen'),
  size: 5.2e9,
  kind: 'chat',
  state: 'approved',
  reason: null,
  verified: { at: before(2 * minute), ok: true },
};
export const smallModel: InstalledModel = {
  name: 'llama3.2:3b',
  digest: hash('llama'),
  size: 2e9,
  kind: 'chat',
  state: 'approved',
  reason: null,
  verified: { at: before(300 * minute), ok: true },
};
export const embedder: InstalledModel = {
  name: 'all-minilm:latest',
  digest: hash('minilm'),
  size: 45e6,
  kind: 'embedding',
  state: 'approved',
  reason: null,
  verified: { at: before(2 * minute), ok: true },
};

export const hardware: Hardware = {
  memory: { totalBytes: 32e9, freeBytes: 18.4e9 },
  cpu: { model: 'AMD Ryzen 7 7840U', cores: 8 },
  gpus: [{ name: 'NVIDIA RTX 4060', vendor: 'nvidia', totalBytes: 8e9, freeBytes: 6.9e9 }],
};

const candidate = (
  name: string,
  title: string,
  weights: number,
  kv: number,
  context: number,
  fits: Candidate['fits'],
  reason: string,
  role: Candidate['role'] = null,
): Candidate => ({
  name,
  title,
  licence: 'Apache-2.0',
  context,
  needs: { weights, kv, overhead: 0.25e9 },
  fits,
  reason,
  role,
  tokensPerSecond: null,
});

export const candidates: Candidate[] = [
  candidate(
    'qwen3:8b',
    'Qwen 3, 8 billion',
    4.9e9,
    0.5e9,
    16_384,
    'gpu',
    'Fits the graphics card with a context of 16k.',
    'best',
  ),
  candidate(
    'llama3.2:3b',
    'Llama 3.2, 3 billion',
    2e9,
    0.5e9,
    32_768,
    'gpu',
    'Fits the graphics card with room for a long context.',
    'balanced',
  ),
  candidate(
    'gemma3:12b',
    'Gemma 3, 12 billion',
    7.7e9,
    0.7e9,
    8_192,
    'split',
    '43 of 48 layers fit the graphics card; the rest runs on the processor.',
  ),
  candidate('qwen3:14b', 'Qwen 3, 14 billion', 9.3e9, 0.75e9, 8_192, 'no', 'Needs 10.3 GB, and 6.9 GB are free.'),
  candidate('llama3.3:70b', 'Llama 3.3, 70 billion', 43e9, 0.75e9, 8_192, 'no', 'Needs 44 GB, and 6.9 GB are free.'),
];

/** The installed ones by their own headers, as the application judges them. The catalogue does not know the last. */
export const installedFits: Candidate[] = [
  ...candidates
    .filter(({ name }) => name === chatModel.name || name === smallModel.name)
    .map((one) => ({ ...one, title: '', licence: '' })),
  { ...candidate(embedder.name, '', 0.045e9, 0.01e9, 512, 'gpu', 'Needs 0.3 GB, 6.9 GB free.'), licence: '' },
];

/** Keys and values grow with the context; the rest stays. */
export function fitOf(name: string, contextTokens: number): ModelFit {
  const { needs, fits, reason, context } = candidates.find((one) => one.name === name) ?? candidates[0]!;
  const kv = (needs.kv * contextTokens) / 8192;
  return {
    name,
    contextTokens,
    needs: { ...needs, kv },
    free: 6.9e9,
    fits,
    reason,
    largestContext: fits === 'no' ? null : context,
    modelContext: context,
    tokensPerSecond: null,
  };
}
