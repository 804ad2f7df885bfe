import type { ParsedBlock, ParsedDocument, ParsedPage, Run } from '../../types.ts';
import { limits } from '../limits.ts';
import { refuse } from './refusal.ts';

export interface NewBlock {
  readonly kind: ParsedBlock['kind'];
  readonly text: string;
  /** Of headings, from 1; of list items, how deep. */
  readonly level?: number | undefined;
  readonly locator?: string | undefined;
  readonly attachment?: string | undefined;
  /** Offsets from the start of this block's text. */
  readonly runs?: readonly Run[] | undefined;
  /** Added below the current headings: the header row of a table. */
  readonly columns?: string | undefined;
}

/** Tab and line feed stay; other control characters and halves of surrogate pairs become spaces of the same length. */
export function clean(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f\u0080-\u009f\ufffe\uffff]/g, ' ').toWellFormed();
}

export function shorten(text: string, length: number = limits.headingLength): string {
  const line = clean(text).replace(/\s+/g, ' ').trim();
  return line.length <= length ? line : `${line.slice(0, length - 1).toWellFormed()}…`;
}

function shifted(runs: readonly Run[], by: number): Run[] {
  return runs.map(([start, end, x, y, width, height]) => [start + by, end + by, x, y, width, height]);
}

/** Rows of a table stand close; everything else is set off, so that a splitter sees paragraphs. */
function separator(before: ParsedBlock['kind'] | null, next: ParsedBlock['kind']): string {
  if (before === null) return '';
  const close = (kind: string): boolean => kind === 'table-row' || kind === 'list-item';
  return close(before) && before === next ? '\n' : '\n\n';
}

/** Puts the text of a document together, block by block, and keeps offsets, pages and the path of headings. */
export class DocumentWriter {
  readonly #format: string;
  readonly #paged: boolean;
  readonly #parts: string[] = [];
  readonly #blocks: ParsedBlock[] = [];
  readonly #pages: ParsedPage[] = [];
  readonly #warnings = new Set<string>();
  #path: { level: number; text: string }[] = [];
  #length = 0;
  #lastKind: ParsedBlock['kind'] | null = null;
  #title: string | undefined;

  constructor(format: string, options: { paged?: boolean } = {}) {
    this.#format = format;
    this.#paged = options.paged ?? false;
    if (!this.#paged) this.page({});
  }

  get isEmpty(): boolean {
    return this.#blocks.length === 0;
  }

  title(text: string | undefined): void {
    const line = shorten(text ?? '');
    if (line !== '') this.#title = line;
  }

  warn(sentence: string): void {
    if (this.#warnings.size < limits.warnings) this.#warnings.add(shorten(sentence));
  }

  /** Starts the next page; headings of the page before stay in force unless told otherwise. */
  page(page: { label?: string | undefined; width?: number; height?: number; keepHeadings?: boolean }): void {
    if (this.#pages.length >= limits.pages) refuse('too_many_pages');
    if (page.keepHeadings === false) this.#path = [];
    if (this.#length > 0) this.#append('\n\n');
    this.#lastKind = null;
    const { label, width, height } = page;
    this.#pages.push({
      number: this.#pages.length + 1,
      start: this.#length,
      end: this.#length,
      ...(label === undefined || label === '' ? {} : { label: shorten(label) }),
      ...(width === undefined || height === undefined ? {} : { width, height }),
    });
  }

  block(block: NewBlock): void {
    const text = clean(block.text).trimEnd();
    if (text.trim() === '') return;
    if (this.#blocks.length >= limits.blocks) refuse('too_much_text');
    this.#append(separator(this.#lastKind, block.kind));
    const start = this.#length;
    this.#append(text);
    this.#lastKind = block.kind;
    this.#blocks.push(this.#described(block, start, text));
    this.#pages[this.#pages.length - 1] = { ...this.#currentPage(), end: this.#length };
    if (block.kind === 'heading') this.#enterHeading(block.level ?? 1, text);
  }

  /**
   * Adds the blocks of an attachment below a heading that names it; `label` begins their locators. Boxes and pages of it
   * are not ours: they go.
   */
  nested(name: string, label: string, inner: ParsedDocument): void {
    const depth = 2;
    const heading = `Attachment: ${shorten(name)}`;
    this.block({ kind: 'heading', level: depth, text: heading, locator: label, attachment: name });
    for (const block of inner.blocks) {
      const page = inner.paged ? `page ${block.page}` : undefined;
      const locator = [label, page, block.locator].filter((part) => part !== undefined).join(', ');
      const text = inner.text.slice(block.start, block.end);
      const level = block.kind === 'heading' ? (block.level ?? 1) + depth : block.level;
      const attachment = block.attachment === undefined ? name : `${name} › ${block.attachment}`;
      this.block({ kind: block.kind, text, level, locator, attachment });
    }
    for (const warning of inner.warnings) this.warn(`${label}: ${warning}`);
  }

  /** Leaves the headings of a part (an attachment, a sheet) behind, and goes on below `heading` where one is given. */
  leaveHeadings(heading = ''): void {
    this.#path = heading === '' ? [] : [{ level: 1, text: shorten(heading) }];
  }

  finish(): ParsedDocument {
    return {
      format: this.#format,
      ...(this.#title === undefined ? {} : { title: this.#title }),
      paged: this.#paged,
      text: this.#parts.join(''),
      pages: this.#pages,
      blocks: this.#blocks,
      warnings: [...this.#warnings],
    };
  }

  #described(block: NewBlock, start: number, text: string): ParsedBlock {
    const end = start + text.length;
    const headings = [...this.#headingsAbove(block), ...(block.columns === undefined ? [] : [shorten(block.columns)])];
    const runs = shifted(block.runs ?? [], start).filter((run) => run[1] <= end);
    return {
      kind: block.kind,
      page: this.#pages.length,
      start,
      end,
      ...(block.level === undefined ? {} : { level: Math.min(12, Math.max(1, Math.trunc(block.level))) }),
      ...(headings.length === 0 ? {} : { headings: headings.slice(-limits.headingDepth) }),
      ...(block.locator === undefined ? {} : { locator: shorten(block.locator) }),
      ...(block.attachment === undefined ? {} : { attachment: shorten(block.attachment) }),
      ...(runs.length === 0 ? {} : { runs }),
    };
  }

  /** A running head belongs to the page, not to the chapter that happens to be open. */
  #headingsAbove(block: NewBlock): string[] {
    if (block.kind === 'header') return [];
    const level = block.kind === 'heading' ? (block.level ?? 1) : Infinity;
    return this.#path.filter((heading) => heading.level < level).map((heading) => heading.text);
  }

  #enterHeading(level: number, text: string): void {
    this.#path = [...this.#path.filter((heading) => heading.level < level), { level, text: shorten(text) }];
  }

  #currentPage(): ParsedPage {
    const page = this.#pages.at(-1);
    if (page === undefined) throw new Error('a block before the first page');
    return page;
  }

  #append(text: string): void {
    this.#parts.push(text);
    this.#length += text.length;
    if (this.#length > limits.textLength) refuse('too_much_text');
  }
}
