import type { ParsedBlock } from '../types.ts';
import { splitIntoSentences, type Span } from './sentences.ts';
import { estimateTokens } from './tokens.ts';

/** The smallest thing that is not parted: a sentence, a table row, or a piece of one that is too long. */
export interface Unit extends Span {
  readonly tokens: number;
  readonly block: ParsedBlock;
}

export function unitsOf(text: string, block: ParsedBlock, longest: number): Unit[] {
  const own = text.slice(block.start, block.end);
  const whole = block.kind === 'table-row' || block.kind === 'heading';
  const spans = whole ? trimmed(own) : splitIntoSentences(own);
  return spans
    .flatMap((span) => cut(own, span, longest))
    .map(({ start, end, tokens }) => ({ start: block.start + start, end: block.start + end, tokens, block }));
}

function trimmed(text: string): Span[] {
  const start = text.length - text.trimStart().length;
  const end = text.trimEnd().length;
  return end > start ? [{ start, end }] : [];
}

/** Parts a sentence that is too long between words, and a word that is too long between characters. */
function cut(text: string, span: Span, longest: number): (Span & { tokens: number })[] {
  const tokens = estimateTokens(text.slice(span.start, span.end));
  if (tokens <= longest) return [{ ...span, tokens }];
  const pieces: (Span & { tokens: number })[] = [];
  let open: (Span & { tokens: number }) | null = null;
  for (const word of wordsOf(text, span, longest)) {
    const size = estimateTokens(text.slice(word.start, word.end));
    if (open !== null && open.tokens + size <= longest)
      open = { start: open.start, end: word.end, tokens: open.tokens + size };
    else {
      if (open !== null) pieces.push(open);
      open = { ...word, tokens: size };
    }
  }
  if (open !== null) pieces.push(open);
  return pieces;
}

function* wordsOf(text: string, span: Span, longest: number): Generator<Span> {
  for (const match of text.slice(span.start, span.end).matchAll(/\S+/gu)) {
    const start = span.start + match.index;
    const end = start + match[0].length;
    // No character is more than one piece, so `longest` characters always fit.
    if (estimateTokens(match[0]) <= longest) yield { start, end };
    else for (let at = start; at < end;) yield { start: at, end: (at = safeEnd(text, at + longest, end)) };
  }
}

function safeEnd(text: string, wanted: number, end: number): number {
  if (wanted >= end) return end;
  const unit = text.charCodeAt(wanted - 1);
  return unit >= 0xd800 && unit <= 0xdbff ? wanted + 1 : wanted;
}
