/**
 * Advance widths of Helvetica (Adobe Font Metrics, thousandths of an em) for the letters and signs of ASCII. Used as
 * proportions only: how much of a run's width each character takes. Text fonts differ little in these.
 */
const widths: Readonly<Record<string, number>> = {
  ' ': 278, '!': 278, '"': 355, '#': 556, $: 556, '%': 889, '&': 667, "'": 191, '(': 333, ')': 333, '*': 389, '+': 584,
  ',': 278, '-': 333, '.': 278, '/': 278, ':': 278, ';': 278, '<': 584, '=': 584, '>': 584, '?': 556, '@': 1015, '[': 278,
  '\\': 278, ']': 278, '^': 469, _: 556, '`': 333, '{': 334, '|': 260, '}': 334, '~': 584,
  A: 667, B: 667, C: 722, D: 722, E: 667, F: 611, G: 778, H: 722, I: 278, J: 500, K: 667, L: 556, M: 833, N: 722, O: 778,
  P: 667, Q: 778, R: 722, S: 667, T: 611, U: 722, V: 667, W: 944, X: 667, Y: 667, Z: 611,
  a: 556, b: 556, c: 500, d: 556, e: 556, f: 278, g: 556, h: 556, i: 222, j: 222, k: 500, l: 222, m: 833, n: 556, o: 556,
  p: 556, q: 556, r: 333, s: 500, t: 278, u: 556, v: 500, w: 722, x: 500, y: 500, z: 500,
  '‘': 222, '’': 222, '“': 333, '”': 333, '–': 556, '—': 1000, '•': 350, '…': 1000, '€': 556,
}; // prettier-ignore

const wide = 1000;
const usual = 556;

/** Han, kana and hangul fill the em. */
function isWide(code: number): boolean {
  return (code >= 0x2e80 && code <= 0x9fff) || (code >= 0xac00 && code <= 0xd7a3) || (code >= 0xf900 && code <= 0xff60);
}

function widthOf(character: string): number {
  const known = widths[character];
  if (known !== undefined) return known;
  const code = character.codePointAt(0) ?? 0;
  if (code < 128) return usual;
  if (isWide(code)) return wide;
  const base = character.normalize('NFD').charAt(0);
  return widths[base] ?? usual;
}

/** The width of a text in thousandths of an em, by Helvetica's proportions. */
export function textWidth(text: string): number {
  let sum = 0;
  for (const character of text) sum += widthOf(character);
  return sum;
}
