import type { ErrorText } from './errors.ts';

const elsewhere = 'Get the model from another publisher.';

/** What the check of a model found, by the beginning of its code. The first that fits counts. */
const problems: readonly (readonly [string, ErrorText])[] = [
  [
    'split',
    {
      sentence: 'This is one part of a model that comes in several files.',
      remedy: 'Join them with llama-gguf-split --merge, and import the result.',
    },
  ],
  [
    'template_',
    {
      sentence: 'The model’s chat template does more than writing a chat needs, so the model was refused.',
      remedy: `A template is a small program that the engine would run. ${elsewhere}`,
    },
  ],
  [
    'tensor_',
    {
      sentence: 'The model’s file lies about where its weights are, so it was refused.',
      remedy: `It may be cut short: get it again. If that does not help: ${elsewhere}`,
    },
  ],
  [
    'token',
    { sentence: 'The model’s vocabulary does not agree with itself, so the model was refused.', remedy: elsewhere },
  ],
  [
    'bundle_',
    {
      sentence: 'This bundle is not whole, or holds what does not belong there. Nothing was taken from it.',
      remedy: 'Copy it again from where it was made.',
    },
  ],
  [
    'signature',
    {
      sentence: 'The signature does not hold: what was signed is not what is here. Nothing was installed.',
      remedy: 'Copy it again from where it was made; if that does not help, do not trust it.',
    },
  ],
  [
    'not_gguf',
    { sentence: 'This is not a GGUF file.', remedy: 'Get the model as GGUF, or as a bundle made by Cloister.' },
  ],
];

export const describeModelProblem = (problem: string): ErrorText | null =>
  problems.find(([beginning]) => problem.startsWith(beginning))?.[1] ?? null;
