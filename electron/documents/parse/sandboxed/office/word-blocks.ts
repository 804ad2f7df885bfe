import type { NewBlock } from '../document-writer.ts';
import { isHeaderRow } from '../text/read-csv.ts';
import { readXml, type XmlTag } from '../xml-reader.ts';
import type { DocxStyles } from './docx-styles.ts';
import type { Numbering } from './numbering.ts';

interface Paragraph {
  text: string;
  style: string | undefined;
  list: string | null;
  listLevel: number | null;
  outline: number | null;
}

interface Table {
  readonly rows: string[][];
  hasHeader: boolean;
  cell: string[] | null;
}

export interface WordPart {
  readonly blocks: NewBlock[];
  /** Ids of foot- and endnotes in the order they are referred to, with the block after which they belong. */
  readonly notes: { readonly kind: 'footnote' | 'endnote'; readonly id: string; readonly after: number }[];
}

/** Characters that WordprocessingML writes as elements. */
const characters: Readonly<Record<string, string>> = {
  tab: '\t',
  br: '\n',
  cr: '\n',
  noBreakHyphen: '\u2011',
  softHyphen: '',
};

/** Not shown, or shown beside: codes of fields, deletions, second forms of a drawing, how a word is read aloud. */
const unseen = new Set(['delText', 'instrText', 'del', 'moveFrom', 'Fallback', 'rPrChange', 'pPrChange', 'rt']);

/**
 * Reads the body of a WordprocessingML part. Paragraphs may stand in each other (text boxes) and tables too; a table in a
 * cell becomes text of that cell.
 */
export class WordBlocks {
  readonly part: WordPart = { blocks: [], notes: [] };
  readonly #styles: DocxStyles;
  readonly #numbering: Numbering;
  readonly #paragraphs: Paragraph[] = [];
  readonly #tables: Table[] = [];
  #skipping = 0;
  #hidden = false;
  #inRunProperties = false;
  #inText = false;

  constructor(styles: DocxStyles, numbering: Numbering) {
    this.#styles = styles;
    this.#numbering = numbering;
  }

  read(source: Buffer): WordPart {
    readXml(source, {
      open: (tag) => this.#open(tag),
      close: (name) => this.#close(name),
      text: (text) => {
        if (this.#inText && !this.#hidden && this.#skipping === 0) this.#write(text);
      },
    });
    return this.part;
  }

  #open(tag: XmlTag): void {
    if (this.#skipping > 0 || unseen.has(tag.name)) {
      this.#skipping += 1;
      return;
    }
    this.#openParagraph(tag);
    this.#openRun(tag);
    if (tag.name === 'tbl') this.#tables.push({ rows: [], hasHeader: false, cell: null });
    const table = this.#tables.at(-1);
    if (table === undefined) return;
    if (tag.name === 'tr') table.rows.push([]);
    if (tag.name === 'tc') table.cell = [];
    if (tag.name === 'tblHeader' && table.rows.length === 1) table.hasHeader = true;
  }

  #openParagraph(tag: XmlTag): void {
    if (tag.name === 'p')
      this.#paragraphs.push({ text: '', style: undefined, list: null, listLevel: null, outline: null });
    const paragraph = this.#paragraphs.at(-1);
    if (paragraph === undefined) return;
    const value = tag.attribute('val');
    if (tag.name === 'pStyle') paragraph.style = value;
    if (tag.name === 'numId') paragraph.list = value ?? null;
    if (tag.name === 'ilvl') paragraph.listLevel = Number(value ?? 0);
    if (tag.name === 'outlineLvl') paragraph.outline = Number(value ?? 9);
  }

  #openRun(tag: XmlTag): void {
    if (tag.name === 'r') this.#hidden = false;
    if (tag.name === 'rPr') this.#inRunProperties = true;
    if (tag.name === 't') this.#inText = true;
    if (tag.name === 'vanish' && this.#inRunProperties && !/^(0|false|off)$/.test(tag.attribute('val') ?? ''))
      this.#hidden = true;
    if (tag.name === 'tab' && this.#inRunProperties) return;
    if (this.#hidden) return;
    const character = Object.hasOwn(characters, tag.name) ? characters[tag.name] : undefined;
    if (character !== undefined && tag.attribute('val') === undefined) this.#write(character);
    if (tag.name === 'sym') this.#write(symbolOf(tag.attribute('char')));
    if (tag.name === 'footnoteReference' || tag.name === 'endnoteReference') this.#note(tag);
  }

  #note(tag: XmlTag): void {
    const id = tag.attribute('id');
    if (id === undefined) return;
    const kind = tag.name === 'footnoteReference' ? 'footnote' : 'endnote';
    this.#write(`[${this.part.notes.length + 1}]`);
    this.part.notes.push({ kind, id, after: this.part.blocks.length });
  }

  #close(name: string): void {
    if (this.#skipping > 0) {
      this.#skipping -= 1;
      return;
    }
    if (name === 'rPr') this.#inRunProperties = false;
    if (name === 't') this.#inText = false;
    if (name === 'r') this.#hidden = false;
    if (name === 'p') this.#closeParagraph();
    if (name === 'tc') this.#closeCell();
    if (name === 'tbl') this.#closeTable();
  }

  #write(text: string): void {
    const paragraph = this.#paragraphs.at(-1);
    if (paragraph !== undefined) paragraph.text += text;
  }

  #closeParagraph(): void {
    const paragraph = this.#paragraphs.pop();
    if (paragraph === undefined) return;
    const block = this.#blockOf(paragraph);
    const cell = this.#tables.at(-1)?.cell;
    if (block.text.trim() === '') return;
    if (cell !== undefined && cell !== null) cell.push(block.text.trim());
    else this.part.blocks.push(block);
  }

  #blockOf(paragraph: Paragraph): NewBlock {
    const style = this.#styles.of(paragraph.style);
    const heading = paragraph.outline !== null && paragraph.outline < 9 ? paragraph.outline + 1 : style.headingLevel;
    const list = paragraph.list ?? style.list;
    const text = paragraph.text.trim();
    const label =
      list === null || list === '0' || text === ''
        ? null
        : this.#numbering.next(list, paragraph.listLevel ?? style.listLevel);
    const numbered = label === null || label.label === '' ? text : `${label.label} ${text}`;
    if (heading !== null) return { kind: 'heading', text: numbered, level: heading };
    if (label !== null) return { kind: 'list-item', text: numbered, level: label.level + 1 };
    return { kind: style.kind, text };
  }

  #closeCell(): void {
    const table = this.#tables.at(-1);
    if (table?.cell === undefined || table.cell === null) return;
    table.rows.at(-1)?.push(table.cell.join(' ').replace(/\s*\n\s*/g, ' '));
    table.cell = null;
  }

  #closeTable(): void {
    const table = this.#tables.pop();
    if (table === undefined) return;
    const outer = this.#tables.at(-1)?.cell;
    if (outer !== undefined && outer !== null) outer.push(table.rows.map((row) => row.join(' | ')).join('; '));
    else this.part.blocks.push(...tableBlocks(table.rows, table.hasHeader));
  }
}

/** One block a row; the names of the columns stand in the headings of the rows below them. */
export function tableBlocks(rows: readonly (readonly string[])[], hasHeader: boolean): NewBlock[] {
  const [first = []] = rows;
  const named = rows.length > 1 && first.length > 1 && (hasHeader || isHeaderRow(first));
  const columns = named ? first.join(' | ') : undefined;
  const filled = rows.filter((row) => row.some((cell) => cell !== ''));
  return filled.map((row) => ({
    kind: 'table-row',
    text: row.join(' | '),
    columns: row === first ? undefined : columns,
  }));
}

function symbolOf(hex: string | undefined): string {
  const code = Number.parseInt(hex ?? '', 16);
  return Number.isFinite(code) && code >= 32 && code < 0xf000 ? String.fromCodePoint(code) : '';
}
