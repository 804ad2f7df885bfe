import { findNormalised, normaliseText, type Place } from './normalise.ts';

export type QuotePlace =
  | { readonly placed: true; readonly start: number; readonly end: number }
  | { readonly placed: false; readonly reason: 'not_in_document' | 'ambiguous' };

/** How far around the given place a quote is looked for before the whole document is. */
const near = 400;

/**
 * The exact place of a quote. First where it is said to be; then close by, allowing for what copying changes (white space,
 * quotation marks, hyphens, case); then anywhere, but only when it stands there once. Never a guess.
 */
export function locateQuote(text: string, start: number, end: number, quote: string): QuotePlace {
  const wanted = quote.trim();
  if (wanted === '') return { placed: false, reason: 'not_in_document' };
  const said = inRange(start, end, text.length) ? text.slice(start, end) : '';
  if (said.trim() === wanted) return trimmed(text, start, end);
  const inside = within(text, start, end, wanted);
  if (inside.length > 0) return only(inside);
  const around = within(text, start - near, end + near, wanted);
  if (around.length > 0) return only(around);
  return only(within(text, 0, text.length, wanted));
}

const inRange = (start: number, end: number, length: number): boolean => start >= 0 && start < end && end <= length;

function trimmed(text: string, start: number, end: number): QuotePlace {
  const piece = text.slice(start, end);
  return {
    placed: true,
    start: start + piece.length - piece.trimStart().length,
    end: end - (piece.length - piece.trimEnd().length),
  };
}

function within(text: string, start: number, end: number, wanted: string): Place[] {
  const from = Math.max(0, start);
  const part = text.slice(from, Math.max(from, end));
  return findNormalised(normaliseText(part), wanted).map((place) => ({
    start: from + place.start,
    end: from + place.end,
  }));
}

function only(places: readonly Place[]): QuotePlace {
  const [first, second] = places;
  if (first === undefined) return { placed: false, reason: 'not_in_document' };
  return second === undefined ? { placed: true, ...first } : { placed: false, reason: 'ambiguous' };
}
