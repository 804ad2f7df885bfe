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
