import { decodeText, declaredEncoding } from '../decode-text.ts';
import type { Reader, Source } from '../source.ts';
import { verbatimDocument } from '../verbatim-document.ts';
import { paragraphRanges } from './paragraph-ranges.ts';

export function textOf({ bytes, declared }: Source): string {
  return decodeText(bytes, declared?.charset ?? declaredEncoding(bytes));
}

export const readText: Reader = (source) => {
  const text = textOf(source);
  const blocks = paragraphRanges(text).map((range) => ({ kind: 'paragraph' as const, ...range }));
  return verbatimDocument('text', text, blocks);
};

/** JSON and XML data as they stand: every line is a statement of its own. */
export const readJson: Reader = (source) => {
  const text = textOf(source);
  const blocks = paragraphRanges(text).map((range) => ({ kind: 'code' as const, ...range }));
  return verbatimDocument('json', text, blocks);
};
