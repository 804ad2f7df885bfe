/**
 * Estimates word pieces without the model's vocabulary, on the high side (measured against all-MiniLM's tokenizer, see
 * docs/decisions/documents-splitting.md). The limit that matters is 256: the model was trained to read no more.
 */
export function estimateTokens(text: string): number {
  let tokens = 0;
  for (const [piece] of text.matchAll(pieces)) tokens += tokensOf(piece);
  return Math.ceil(tokens);
}

/** Latin words, runs of digits, and everything else one character at a time, as the model's tokenizer first cuts. */
const pieces = /[\p{Script=Latin}\p{M}]+|\p{Nd}+|[^\s\p{Cf}]/gu;

const startsWithLetter = /^\p{L}/u;
const startsWithLatin = /^\p{Script=Latin}/u;
const innerCapital = /^.+\p{Lu}/u;
const startsWithDigit = /^\p{Nd}/u;

function tokensOf(piece: string): number {
  if (piece.length === 1) return 1;
  if (startsWithDigit.test(piece)) return Math.ceil(piece.length / 2);
  if (!startsWithLatin.test(piece)) return 1;
  // Names of genes, models and parts: few of them are in a vocabulary.
  if (innerCapital.test(piece)) return Math.max(1.2, piece.length / 2);
  if (piece.length <= 5) return 1.02;
  if (piece.length <= 8) return 1.25;
  return piece.length <= 11 ? piece.length / 5.5 : piece.length / 3.8;
}

/**
 * How many times more word pieces a text has than the estimate, which is made for English: the model's vocabulary is
 * English, and it takes Polish or Latin words apart nearly letter by letter (measured: 1.66 and 1.79).
 */
export function foreignness(text: string): number {
  const sample = text.slice(0, sampled);
  const words = sample.toLowerCase().match(/\p{L}+/gu) ?? [];
  if (words.length < fewest) return 1;
  const common = words.filter((word) => commonEnglish.has(word)).length;
  if (common / words.length >= englishShare) return 1;
  return 1 + 0.75 * Math.min(1, shareOfWords(sample) / proseShare);
}

/** Figures and punctuation are in no language; a table that is full of them is as long in any. */
function shareOfWords(text: string): number {
  let words = 0;
  let all = 0;
  for (const [piece] of text.matchAll(pieces)) {
    const tokens = tokensOf(piece);
    all += tokens;
    if (startsWithLetter.test(piece)) words += tokens;
  }
  return words / Math.max(1, all);
}

const sampled = 20_000;
const fewest = 30;

/** Prose of any kind has more word pieces in its words than this. */
const proseShare = 0.8;

/** English prose has about 0.4 of these; other languages share a few ("in", "a", "an") by accident. */
const englishShare = 0.14;
const commonEnglish = new Set(
  'the of and to in is that for it as was with be by on not are this have from or had which were their has been its will would who they you we our any all may must no at an if can'.split(
    ' ',
  ),
);
