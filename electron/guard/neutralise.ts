import { controlTokenPatterns } from './control-tokens.ts';

const visibleAscii = /[!-~]/u;

/** Signs that no vocabulary cuts at and that no normalisation (NFKC) turns back: a person still reads the text. */
const lookAlike: Readonly<Record<string, string>> = {
  '<': '‹',
  '>': '›',
  '[': '⟦',
  ']': '⟧',
  '{': '❴',
  '}': '❵',
  '|': '¦',
  '｜': '¦',
};
const brackets = /[<>[\]{}|｜]/gu;

/** The full-width twin of a visible ASCII character (U+FF01 to U+FF5E). */
const widened = (character: string): string => String.fromCodePoint((character.codePointAt(0) ?? 0) + 0xfee0);

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/gu, '\\$&');

/** A token with look-alikes for its brackets, or, where it has none, for its first visible ASCII character. */
function broken(token: string): string {
  const open = token.replace(brackets, (character) => lookAlike[character] ?? character);
  return open === token ? token.replace(visibleAscii, widened) : open;
}

/**
 * A model's own tokens that can carry a role. Its vocabulary also lists runs of blanks and single characters as special;
 * those mean nothing to a chat template, and breaking them would spoil plain text.
 */
function makePattern(tokens: readonly string[]): RegExp | null {
  const dangerous = tokens.filter((token) => token.length > 1 && visibleAscii.test(token));
  if (dangerous.length === 0) return null;
  // The longest first: a shorter token inside it is broken with it.
  const longestFirst = [...new Set(dangerous)].sort((a, b) => b.length - a.length);
  return new RegExp(longestFirst.map((token) => escaped(token)).join('|'), 'gu');
}

/** A model's list is the same array for as long as the model is; some have thousands of tokens. */
const patterns = new WeakMap<readonly string[], RegExp | null>();

function ownPattern(tokens: readonly string[]): RegExp | null {
  const known = patterns.get(tokens);
  if (known !== undefined) return known;
  const made = makePattern(tokens);
  patterns.set(tokens, made);
  return made;
}

/**
 * Text in which no control token is left: neither of the known shapes and names nor of `tokens`, the model's own list.
 * Nothing else is changed, and nothing is removed, so that no new token can grow together. Strip invisible characters
 * first. Citations are checked against the original text.
 */
export function neutraliseControlTokens(text: string, tokens: readonly string[] = []): string {
  const own = ownPattern(tokens);
  const all = own === null ? controlTokenPatterns : [own, ...controlTokenPatterns];
  let current = text;
  // Each round takes at least one bracket or ASCII character away, so the rounds come to an end.
  for (;;) {
    const next = all.reduce((each, pattern) => each.replace(pattern, broken), current);
    if (next === current) return current;
    current = next;
  }
}
