import { CloisterError, detailOf } from '../../../shared/errors.ts';

/** Everything a GGUF file can be refused for: the code that tools read, and the end of a sentence for people. */
export const problems = {
  not_gguf: 'it does not begin with GGUF',
  byte_order: 'its numbers stand in the byte order of other machines (big-endian)',
  version: 'its version is not 2 or 3',
  header_length: 'its header is longer than the file or the limit',
  cut_short: 'it ends in the middle of its header',
  length: 'a length in it is absurd',
  tensor_count: 'it has too many tensors',
  no_tensors: 'it holds no tensors',
  key_count: 'it has too many keys',
  key_twice: 'a key stands twice in its header',
  key_name: 'a key in its header is no name',
  key_missing: 'its header lacks a number that is needed',
  text_length: 'a text in its header is too long',
  text_total: 'its header holds too much text',
  text_encoding: 'a text in its header is not UTF-8',
  value_type: 'its header holds a value of unknown type',
  value_boolean: 'a yes or no in it is neither',
  array_nested: 'it nests arrays',
  array_length: 'a list in its header is too long',
  number: 'a number in its header is absurd',
  architecture: 'it does not say what kind of model it is',
  layers: 'it has too many layers',
  heads: 'its attention heads do not go together',
  alignment: 'its alignment is not a power of two',
  tensor_twice: 'two of its tensors have one name',
  tensor_name: 'one of its tensors has no proper name',
  tensor_type: 'a tensor has an unknown type',
  tensor_alignment: 'a tensor is not aligned',
  tensor_dimensions: 'a tensor has too many dimensions',
  tensor_size: 'a tensor has an absurd size',
  tensor_block: 'a tensor is cut in the middle of a block',
  tensor_overlap: 'two of its tensors overlap',
  tensor_end: 'a tensor reaches past the end of the file',
  vocabulary: 'its vocabulary is not a list',
  token_types: 'its tokens and their types differ in number',
  token_scores: 'its tokens and their scores differ in number',
  token_id: 'it names a special token that its vocabulary does not have',
  control_tokens: 'it has too many control tokens',
  control_token: 'one of its control tokens is too long',
  split: 'it is one part of a model in several files; join them with llama-gguf-split --merge, and import the result',
  template_length: 'its chat template is too long',
  template_syntax: 'its chat template does not hold together',
  template_statement: 'its chat template uses a statement that no chat needs',
  template_import: 'its chat template wants to load another file',
  template_attribute: 'its chat template reaches for the inside of the program that runs it',
  template_computed: 'its chat template hides which attribute it reaches for',
  template_global: 'its chat template uses something outside a chat',
  template_function: 'its chat template calls a function that the engine does not offer',
  template_loop: 'its chat template would not come to an end in time',
} as const;

export type GgufProblem = keyof typeof problems;

export const problemNames = Object.keys(problems) as readonly GgufProblem[];

/** The code of what a check found, of any thrown value. */
export function problemOf(thrown: unknown): string | undefined {
  const problem = detailOf(thrown)?.['problem'];
  return typeof problem === 'string' ? problem : undefined;
}

/** `unsupported_type`, with the code in `detail.problem`. */
export function malformed(problem: GgufProblem): CloisterError {
  const what = problems[problem];
  return new CloisterError('unsupported_type', `The model file is damaged or not a GGUF file: ${what}.`, {
    detail: { what, problem },
  });
}
