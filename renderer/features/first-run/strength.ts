export type Strength = 'weak' | 'fair' | 'good' | 'strong';

/**
 * A hint, not a gate: counts what a guesser would have to try, generously for words and meanly for repetition. Short of a
 * dictionary it cannot know that a phrase is famous; the words beside it recommend several unrelated ones.
 */
export function strengthOf(passphrase: string): Strength {
  const bits = entropy(passphrase);
  if (passphrase.length < 8 || bits < 35) return 'weak';
  if (bits < 50) return 'fair';
  return bits < 70 ? 'good' : 'strong';
}

/** Bits per word or per character, whichever a guesser would take. */
const entropy = (passphrase: string): number => Math.min(byWords(passphrase), byCharacters(passphrase));

/** About 7,800 everyday words: 13 bits each. Counts only where words are most of it; one word alone is in every list. */
function byWords(passphrase: string): number {
  const words = passphrase.toLowerCase().match(/\p{L}{3,}/gu) ?? [];
  const mostly = words.join('').length >= passphrase.length * 0.7;
  return mostly && words.length >= 2 ? new Set(words).size * 13 : Infinity;
}

function byCharacters(passphrase: string): number {
  const different = new Set(passphrase).size;
  const lone = /^\p{L}+\d{0,4}[!.?]?$/u.test(passphrase);
  const classes = [/\p{Ll}/u, /\p{Lu}/u, /\d/, /[^\p{L}\p{N}]/u].filter((one) => one.test(passphrase)).length;
  const perCharacter = Math.log2(Math.max(2, Math.min(different * 2, classes * 24)));
  // A single word with digits behind it is the first thing tried.
  return perCharacter * passphrase.length * (lone ? 0.6 : 1);
}
