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
const headingRatio = 1.12;
const longestHeading = 180;
const longestSameSize = 90;

function mostCommon<Key>(counts: ReadonlyMap<Key, number>): Key | undefined {
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0];
}

/** Counts letters by size and font, page by page. */
export class TypographyCount {
  /** Tables are often set smaller; running text is what headings stand above. */
  readonly #running = new Map<string, number>();
  readonly #all = new Map<string, number>();

  add(lines: readonly Line[]): void {
    for (const line of lines) {
      const key = `${toHalf(line.size)} ${line.font}`;
      this.#all.set(key, (this.#all.get(key) ?? 0) + line.length);
      if (line.segments.length === 1) this.#running.set(key, (this.#running.get(key) ?? 0) + line.length);
    }
  }

  result(): Typography {
    const counts = this.#running.size === 0 ? this.#all : this.#running;
    const sizes = new Map<number, number>();
    for (const [key, count] of counts)
      sizes.set(Number.parseFloat(key), (sizes.get(Number.parseFloat(key)) ?? 0) + count);
    const bodySize = mostCommon(sizes) ?? 10;
    const ofBody = new Map([...counts].filter(([key]) => Number.parseFloat(key) === bodySize));
    const bodyFont = (mostCommon(ofBody) ?? ' ').split(' ')[1] ?? '';
    const larger = [...new Set([...this.#all.keys()].map(Number.parseFloat))].filter(
      (size) => size >= bodySize * headingRatio,
    );
    return { bodySize, bodyFont, headingSizes: larger.toSorted((one, other) => other - one).slice(0, 6) };
  }
}

function hasLetters(text: string): boolean {
  return (text.match(/\p{L}/gu)?.length ?? 0) >= 2;
}

function isSentence(text: string): boolean {
  return /[.;,]$/.test(text) && !/\b(?:Inc|Ltd|Co|etc)\.$/.test(text);
}

/** What comes after a paragraph: another one, a table, or the end of the column. */
type Following = Paragraph | 'table' | 'end';

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
  const setLarger = toHalf(line.size) >= bodySize * headingRatio && paragraph.lines.length <= 3;
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
