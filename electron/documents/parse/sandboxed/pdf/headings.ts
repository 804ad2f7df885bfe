import type { Paragraph } from './paragraphs.ts';
import { isListStart } from './paragraphs.ts';
import { textOfLine, type Line } from './lines.ts';

/** How the body of a document is set, and which larger sizes it uses. */
export interface Typography {
  readonly bodySize: number;
  readonly bodyFont: string;
  /** Sizes of headings, largest first. */
  readonly headingSizes: readonly number[];
}

const toHalf = (size: number): number => Math.round(size * 2) / 2;

/** A heading is at least this much larger than the body. */
const larger = 1.12;
const longestHeading = 180;
const longestSameSize = 90;

function mostCommon<Key>(counts: ReadonlyMap<Key, number>): Key | undefined {
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0];
}

export function typographyOf(lines: readonly Line[]): Typography {
  const sizes = new Map<number, number>();
  const fonts = new Map<string, number>();
  // Tables are often set smaller; running text is what headings stand above.
  const running = lines.filter((line) => line.segments.length === 1);
  for (const line of running.length === 0 ? lines : running) {
    sizes.set(toHalf(line.size), (sizes.get(toHalf(line.size)) ?? 0) + line.length);
  }
  const bodySize = mostCommon(sizes) ?? 10;
  for (const line of lines) {
    if (toHalf(line.size) === bodySize) fonts.set(line.font, (fonts.get(line.font) ?? 0) + line.length);
  }
  const headingSizes = [...sizes.keys()].filter((size) => size >= bodySize * larger).toSorted((a, b) => b - a);
  return { bodySize, bodyFont: mostCommon(fonts) ?? '', headingSizes: headingSizes.slice(0, 6) };
}

function hasLetters(text: string): boolean {
  return (text.match(/\p{L}/gu)?.length ?? 0) >= 2;
}

function isSentence(text: string): boolean {
  return /[.;,]$/.test(text) && !/\b(?:Inc|Ltd|Co|etc)\.$/.test(text);
}

/** What comes after a paragraph: another one, a table, or the end of the column. */
export type Following = Paragraph | 'table' | 'end';

/** A line in a font of its own is a heading only above something set otherwise; several of a kind are a list of lines. */
function standsAbove(line: Line, following: Following): boolean {
  if (following === 'table') return true;
  return following !== 'end' && following.lines[0]?.font !== line.font;
}

/** Level of the heading that a paragraph is, from 1; null when it is none. */
export function headingLevel(paragraph: Paragraph, following: Following, typography: Typography): number | null {
  const [line] = paragraph.lines;
  const text = paragraph.lines.map(textOfLine).join(' ');
  if (line === undefined || !hasLetters(text) || text.length > longestHeading) return null;
  const { bodySize, bodyFont, headingSizes } = typography;
  const tiedTogether = line.segments.length > 1;
  const setLarger = toHalf(line.size) >= bodySize * larger && paragraph.lines.length <= 3;
  const isProse = isSentence(text) && text.length > 60 && line.size < 1.5 * bodySize;
  if (setLarger && !tiedTogether && !isProse) {
    const rank = headingSizes.findIndex((size) => size <= toHalf(line.size));
    return (rank === -1 ? headingSizes.length : rank) + 1;
  }
  const stands = paragraph.lines.length === 1 && line.oneFont && line.font !== bodyFont && line.size >= bodySize * 0.95;
  if (!standsAbove(line, following)) return null;
  const isItem = paragraph.isList && !/^\d+(\.\d+)*\.?\s+\p{Lu}/u.test(text) && isListStart(text);
  if (!stands || tiedTogether || isItem || text.length > longestSameSize || isSentence(text)) return null;
  return headingSizes.length + 1;
}
