import { readXml } from '../xml-reader.ts';

interface Level {
  readonly format: string;
  /** `%1.%2` */
  readonly text: string;
  readonly start: number;
}

type Levels = Map<number, Level>;

const romans: readonly (readonly [number, string])[] = [
  [1000, 'm'], [900, 'cm'], [500, 'd'], [400, 'cd'], [100, 'c'], [90, 'xc'], [50, 'l'], [40, 'xl'], [10, 'x'], [9, 'ix'],
  [5, 'v'], [4, 'iv'], [1, 'i'],
]; // prettier-ignore

function roman(value: number): string {
  let rest = Math.min(value, 4999);
  let text = '';
  for (const [size, letters] of romans) {
    for (; rest >= size; rest -= size) text += letters;
  }
  return text;
}

/** a … z, aa … zz, as word processors count. */
function letters(value: number): string {
  const index = (Math.max(1, value) - 1) % 26;
  return String.fromCharCode(97 + index).repeat(Math.min(20, Math.floor((Math.max(1, value) - 1) / 26) + 1));
}

export function formatNumber(value: number, format: string): string {
  if (format === 'lowerLetter') return letters(value);
  if (format === 'upperLetter') return letters(value).toUpperCase();
  if (format === 'lowerRoman') return roman(value);
  if (format === 'upperRoman') return roman(value).toUpperCase();
  if (format === 'decimalZero') return String(value).padStart(2, '0');
  return String(value);
}

/** What a list paragraph is: its number as shown (“4.2”, “(a)”), empty for bullets. */
interface ListLabel {
  readonly label: string;
  readonly level: number;
}

/**
 * Numbers of list paragraphs are not in the text of a DOCX file; the reader counts. A contract without its clause numbers
 * could not be asked about “clause 4.2”.
 */
export class Numbering {
  readonly #levels = new Map<string, Levels>();
  readonly #counters = new Map<string, number[]>();

  constructor(source: Buffer | null) {
    if (source !== null) this.#read(source);
  }

  /** The next label of the list, counting on. Null when there is no such list. */
  next(list: string, level: number): ListLabel | null {
    const levels = this.#levels.get(list);
    const own = levels?.get(level);
    if (levels === undefined || own === undefined) return null;
    const counters = this.#counters.get(list) ?? [];
    counters.length = level + 1;
    counters[level] = (counters[level] ?? own.start - 1) + 1;
    this.#counters.set(list, counters);
    if (own.format === 'bullet' || own.format === 'none') return { label: '', level };
    const label = own.text.replace(/%(\d)/g, (_, digit: string) => {
      const at = Number(digit) - 1;
      const { format, start } = levels.get(at) ?? own;
      return formatNumber(counters[at] ?? start, format);
    });
    return { label, level };
  }

  #read(source: Buffer): void {
    const abstract = new Map<string, Levels>();
    let current: Levels | null = null;
    let level: { -readonly [Key in keyof Level]: Level[Key] } | null = null;
    let list: string | null = null;
    readXml(source, {
      open: (tag) => {
        const value = tag.attribute('val') ?? '';
        if (tag.name === 'abstractNum')
          abstract.set(tag.attribute('abstractNumId') ?? '', (current = new Map<number, Level>()));
        else if (tag.name === 'lvl' && list === null) {
          level = { format: 'decimal', text: '', start: 1 };
          current?.set(Number(tag.attribute('ilvl') ?? 0), level);
        } else if (tag.name === 'numFmt' && level !== null) level.format = value;
        else if (tag.name === 'lvlText' && level !== null) level.text = value;
        else if (tag.name === 'start' && level !== null) level.start = Number(value) || 0;
        else if (tag.name === 'num') list = tag.attribute('numId') ?? null;
        else if (tag.name === 'abstractNumId' && list !== null)
          this.#levels.set(list, abstract.get(value) ?? new Map<number, Level>());
      },
      close: (name) => {
        if (name === 'lvl') level = null;
        if (name === 'num') list = null;
      },
    });
  }
}
