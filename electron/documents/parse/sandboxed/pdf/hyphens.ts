const brokenWord = /(\p{L}+)([-\u2010\u00ad])$/u;
const nextWord = /^(\p{Ll}\p{L}*)/u;

/** The words of a document that stand whole inside a line: they show how a broken word is written. */
export class Vocabulary {
  readonly #words = new Set<string>();

  add(line: string): void {
    for (const [word] of line.matchAll(/\p{L}+(?:[-\u2010]\p{L}+)*/gu)) this.#words.add(word.toLowerCase());
  }

  has(word: string): boolean {
    return this.#words.has(word.toLowerCase());
  }
}

/**
 * How a line that ends in a hyphen goes on: `join` drops the hyphen (“agree-ment”), `keep` holds it (“well-known”), `space`
 * where no word is broken. A soft hyphen always joins; else the document's other words decide, and joining is the
 * rule where they are silent.
 */
export function hyphenation(line: string, next: string, words: Vocabulary): 'join' | 'keep' | 'space' {
  const broken = brokenWord.exec(line);
  const rest = nextWord.exec(next)?.[1];
  if (broken === null) return /[\p{L}\p{N}]-$/u.test(line) && /^[\p{Lu}\p{N}]/u.test(next) ? 'keep' : 'space';
  const [, head = '', hyphen] = broken;
  if (rest === undefined) return /^\p{Lu}|^\p{N}/u.test(next) ? 'keep' : 'space';
  if (hyphen === '\u00ad') return 'join';
  if (words.has(head + rest)) return 'join';
  if (words.has(`${head}-${rest}`)) return 'keep';
  return 'join';
}
