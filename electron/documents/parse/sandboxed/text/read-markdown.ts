import type { ParsedBlock } from '../../../types.ts';
import { shorten } from '../document-writer.ts';
import type { Reader } from '../source.ts';
import { verbatimDocument } from '../verbatim-document.ts';
import { isBlank, lineRanges, type Range } from './paragraph-ranges.ts';
import { textOf } from './read-text.ts';

type Block = Omit<ParsedBlock, 'page'>;
type Kind = ParsedBlock['kind'];

const atxHeading = /^ {0,3}(#{1,6})(?:[ \t]+|$)(.*?)[ \t]*#*[ \t]*$/;
const underline = /^ {0,3}(=+|-+)[ \t]*$/;
const fence = /^ {0,3}(`{3,}|~{3,})/;
const item = /^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+\S/;
const tableRow = /^[ \t]*\|.*\|[ \t]*$/;
const tableRule = /^[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(\|[ \t]*:?-{2,}:?[ \t]*)*\|?[ \t]*$/;

function kindOf(line: string): Kind {
  if (tableRow.test(line)) return 'table-row';
  if (item.test(line)) return 'list-item';
  if (/^ {0,3}>/.test(line)) return 'quote';
  return 'paragraph';
}

/** Lines of these kinds stand alone; the others run on until a blank line or another kind. */
const single: ReadonlySet<Kind> = new Set<Kind>(['table-row']);

class MarkdownBlocks {
  readonly blocks: Block[] = [];
  readonly #text: string;
  #open: { kind: Kind; start: number; end: number } | null = null;
  #fence: string | null = null;
  #path: { level: number; text: string }[] = [];
  #columns: string | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  line(range: Range): void {
    const line = this.#text.slice(range.start, range.end);
    if (this.#insideFence(line, range)) return;
    if (isBlank(this.#text, range)) this.close();
    else if (!this.#heading(line, range)) this.#ordinary(line, range);
  }

  close(): void {
    const open = this.#open;
    this.#open = null;
    if (open !== null) this.#add(open);
  }

  #add(range: Range & { kind: Kind; level?: number }): void {
    const above = this.#path.filter(({ level }) => level < (range.level ?? Infinity)).map(({ text }) => text);
    const columns = range.kind === 'table-row' && this.#columns !== undefined ? [shorten(this.#columns)] : [];
    const headings = [...above, ...columns];
    const { kind, start, end, level } = range;
    const heading = level === undefined ? {} : { level };
    this.blocks.push({ kind, start, end, ...heading, ...(headings.length === 0 ? {} : { headings }) });
  }

  #insideFence(line: string, range: Range): boolean {
    const mark = fence.exec(line)?.[1];
    if (this.#fence !== null) {
      if (this.#open !== null) this.#open.end = range.end;
      if (mark?.startsWith(this.#fence) === true && line.trim() === mark) {
        this.#fence = null;
        this.close();
      }
      return true;
    }
    if (mark === undefined) return false;
    this.close();
    this.#fence = mark;
    this.#open = { kind: 'code', ...range };
    return true;
  }

  #heading(line: string, range: Range): boolean {
    const [, marks, text] = atxHeading.exec(line) ?? [];
    if (marks !== undefined) {
      this.close();
      return this.#addHeading(range, marks.length, text ?? '');
    }
    const under = underline.exec(line)?.[1];
    const open = this.#open;
    if (under === undefined || open?.kind !== 'paragraph') return false;
    this.#open = null;
    const title = this.#text.slice(open.start, open.end).trim();
    return this.#addHeading({ start: open.start, end: range.end }, under.startsWith('=') ? 1 : 2, title);
  }

  #addHeading(range: Range, level: number, text: string): true {
    this.#add({ ...range, kind: 'heading', level });
    this.#path = [...this.#path.filter((heading) => heading.level < level), { level, text: shorten(text) }];
    this.#columns = undefined;
    return true;
  }

  #ordinary(line: string, range: Range): void {
    const kind = kindOf(line);
    if (kind === 'table-row' || tableRule.test(line)) {
      this.#table(line, range);
      return;
    }
    this.#columns = undefined;
    const goesOn = this.#open !== null && (kind === 'paragraph' || (kind === 'quote' && this.#open.kind === 'quote'));
    if (goesOn && this.#open !== null && !single.has(this.#open.kind)) this.#open.end = range.end;
    else {
      this.close();
      this.#open = { kind, ...range };
    }
  }

  /** The rule below the first row makes that row the names of the columns. */
  #table(line: string, range: Range): void {
    this.close();
    const last = this.blocks.at(-1);
    if (tableRule.test(line)) {
      if (last?.kind === 'table-row')
        this.#columns = this.#text
          .slice(last.start, last.end)
          .replace(/^\s*\||\|\s*$/g, '')
          .trim();
      return;
    }
    this.#add({ kind: 'table-row', ...range });
  }
}

function markdownBlocks(text: string): Block[] {
  const found = new MarkdownBlocks(text);
  for (const range of lineRanges(text)) found.line(range);
  found.close();
  return found.blocks;
}

export const readMarkdown: Reader = (source) => {
  const text = textOf(source);
  const blocks = markdownBlocks(text);
  const title = blocks.find((block) => block.kind === 'heading' && block.level === 1);
  const name = title === undefined ? undefined : text.slice(title.start, title.end).replace(/^[\s#]+|[\s#=-]+$/g, '');
  return verbatimDocument('markdown', text, blocks, name);
};
