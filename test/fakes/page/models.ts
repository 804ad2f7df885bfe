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

/** Came as a file that nobody knows, and waits. */
export const waitingModel: InstalledModel = {
  name: 'letters:7b',
  digest: hash('letters'),
  size: 4.1e9,
  kind: 'chat',
  state: 'quarantined',
  reason: 'It came as a file, and nobody says who made it.',
  verified: { at: before(9 * minute), ok: true },
};
export const blockedModel: InstalledModel = {
  name: 'mistral:7b',
  digest: hash('mistral'),
  size: 4.4e9,
  kind: 'chat',
  state: 'blocked',
  reason: 'Gave away what it was told to keep.',
  verified: { at: before(4000 * minute), ok: true },
};

export const hardware: Hardware = {
  memory: { totalBytes: 32e9, freeBytes: 18.4e9 },
  cpu: { model: 'AMD Ryzen 7 7840U', cores: 8 },
  gpus: [
    {
      name: 'NVIDIA RTX 4060',
      vendor: 'nvidia',
      totalBytes: 8e9,
      freeBytes: 6.9e9,
      holders: [{ name: 'firefox', bytes: 0.6e9 }],
    },
  ],
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
    'llama3.2:1b',
    'Llama 3.2, 1 billion',
    1.3e9,
    0.2e9,
    131_072,
    'gpu',
    'Needs 1.8 GB, 6.9 GB free on NVIDIA RTX 4060.',
    'small',
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

const free = 6.9e9;

/** Keys and values grow with the context; the rest stays. */
export function fitOf(name: string, contextTokens: number): ModelFit {
  const known = [...candidates, ...installedFits].find((one) => one.name === name) ?? candidates[0]!;
  const { needs, context } = known;
  const tokens = Math.min(contextTokens, context);
  const kvOf = (length: number) => (needs.kv * length) / 8192;
  const total = needs.weights + kvOf(tokens) + needs.overhead;
  const fits = total <= free ? 'gpu' : known.fits === 'gpu' ? 'split' : known.fits;
  const room = free - needs.weights - needs.overhead;
  const longest = Math.min(context, Math.floor((8192 * room) / needs.kv / 1024) * 1024);
  const reason = `Needs ${(total / 1e9).toFixed(1)} GB, 6.9 GB free on NVIDIA RTX 4060.`;
  return {
    name,
    contextTokens: tokens,
    needs: { ...needs, kv: kvOf(tokens) },
    free,
    fits,
    reason: known.fits === 'gpu' ? reason : known.reason,
    largestContext: fits === 'no' ? null : Math.max(longest, Math.min(context, 2048)),
    modelContext: context,
    tokensPerSecond: fits === 'split' ? 9.4 : null,
  };
}
