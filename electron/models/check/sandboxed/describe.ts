import type { HeaderFile } from '../../gguf/byte-source.ts';
import { readControlTokens } from '../../gguf/control-tokens.ts';
import { weightFacts } from '../../gguf/facts.ts';
import { readGgufHeader } from '../../gguf/header.ts';
import type { GgufHeader } from '../../gguf/types.ts';
import { fileTypes } from '../file-types.ts';
import { checkHeader } from '../header-rules.ts';
import { limits } from '../limits.ts';
import type { CheckedWeights, CheckNote } from '../types.ts';

const textOf = ({ values }: GgufHeader, key: string): string | null => {
  const value = values.get(key);
  return typeof value === 'string' && value !== '' ? value.slice(0, limits.textLength) : null;
};

/** Marks such as `<|im_start|>` and `[INST]` that a template writes: a vocabulary that lacks them reads them as plain letters. */
const marks = /<\|[\w-]{1,64}\|>|<(?:start|end)_of_turn>|\[\/?INST\]/g;

function notesOn(template: string | null, kind: CheckedWeights['kind'], tokens: readonly string[]): CheckNote[] {
  if (kind === 'embedding') return [];
  if (template === null) return ['no_template'];
  const known = new Set(tokens);
  const written = new Set(template.match(marks) ?? []);
  // Some families write marks of their own that are ordinary text; a template of which the vocabulary knows none is another model's.
  return written.size > 0 && ![...written].some((mark) => known.has(mark)) ? ['template_tokens'] : [];
}

/** A vision projector or an adapter: a GGUF that is no model by itself, and answers nothing but whether its header holds. */
export async function checkPart(file: HeaderFile): Promise<void> {
  checkHeader(await readGgufHeader(file));
}

/** Reads and checks a header; throws `unsupported_type` with what is wrong. */
export async function describeWeights(file: HeaderFile): Promise<CheckedWeights> {
  const header = await readGgufHeader(file);
  const { architecture, kind, parameters, template } = weightFacts(header);
  checkHeader(header);
  const fileType = header.values.get('general.file_type');
  return {
    architecture,
    kind,
    parameters,
    quantization: typeof fileType === 'number' ? (fileTypes.get(fileType) ?? null) : null,
    name: textOf(header, 'general.name'),
    author: textOf(header, 'general.author') ?? textOf(header, 'general.organization'),
    licence: textOf(header, 'general.license'),
    template,
    notes: notesOn(textOf(header, 'tokenizer.chat_template'), kind, await readControlTokens(file)),
  };
}
