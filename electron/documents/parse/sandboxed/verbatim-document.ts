import type { ParsedBlock, ParsedDocument } from '../../types.ts';
import { limits } from '../limits.ts';
import { shorten } from './document-writer.ts';
import { refuse } from './refusal.ts';

/** A document whose text is the decoded file itself, letter for letter; blocks only point into it. */
export function verbatimDocument(
  format: string,
  text: string,
  blocks: readonly Omit<ParsedBlock, 'page'>[],
  title?: string,
): ParsedDocument {
  if (text.length > limits.textLength || blocks.length > limits.blocks) refuse('too_much_text');
  if (blocks.length === 0) refuse('empty');
  const name = shorten(title ?? '');
  return {
    format,
    ...(name === '' ? {} : { title: name }),
    paged: false,
    text,
    pages: [{ number: 1, start: 0, end: text.length }],
    blocks: blocks.map((block) => ({ ...block, page: 1 })),
    warnings: [],
  };
}
