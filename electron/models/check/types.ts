import type { GgufProblem } from '../gguf/problems.ts';

/** What a sound file is worth a word about; none of these keeps it out. */
export const noteNames = ['no_template', 'template_tokens'] as const;
export type CheckNote = (typeof noteNames)[number];

/** What the check learns of weights. Texts are the file's own words, cut to a length: shown, never believed. */
export interface CheckedWeights {
  readonly architecture: string;
  readonly kind: 'chat' | 'embedding';
  readonly parameters: number;
  /** As in file names (`Q4_K_M`); null when the file does not say. */
  readonly quantization: string | null;
  readonly name: string | null;
  readonly author: string | null;
  readonly licence: string | null;
  /** SHA-256 of the chat template, hex. */
  readonly template: string | null;
  /** `no_template`: the engine will guess how a chat is written. `template_tokens`: it writes marks that the vocabulary lacks. */
  readonly notes: readonly CheckNote[];
}

export type CheckReply =
  | { readonly ok: true; readonly weights: CheckedWeights | null }
  | { readonly ok: false; readonly problem: GgufProblem };
