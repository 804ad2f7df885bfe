import { parse, type DefaultTreeAdapterTypes } from 'parse5';
import { decodeText, declaredEncoding } from '../decode-text.ts';
import { DocumentWriter, type NewBlock } from '../document-writer.ts';
import { limits } from '../../limits.ts';
import { refuse } from '../refusal.ts';
import type { Reader } from '../source.ts';
import { isHeaderRow } from './read-csv.ts';

type Node = DefaultTreeAdapterTypes.Node;
type Element = DefaultTreeAdapterTypes.Element;

const dropped = new Set(
  'script style template noscript iframe object embed svg math canvas audio video select datalist button head link meta'.split(
    ' ',
  ),
);
const blockLike = new Set(
  'address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre search section summary table tbody td tfoot th thead tr ul'.split(
    ' ',
  ),
);
const unseen =
  /display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])|opacity\s*:\s*0(?![.\d]*[1-9])/i;

function isElement(node: Node): node is Element {
  return 'tagName' in node;
}

function attribute(element: Element, name: string): string | undefined {
  return element.attrs.find((each) => each.name === name)?.value;
}

/** What a browser would not show is not read: text is hidden from people to speak to machines. */
function isHidden(element: Element): boolean {
  return attribute(element, 'hidden') !== undefined || unseen.test(attribute(element, 'style') ?? '');
}

function headingLevelOf(tag: string): number | null {
  return /^h[1-6]$/.test(tag) ? Number(tag[1]) : null;
}

interface Frame {
  readonly kind: NewBlock['kind'];
  readonly level?: number;
}

/** Walks the tree without recursion on the way in: depth is the file's to choose. */
class HtmlWalk {
  readonly #writer: DocumentWriter;
  #text = '';
  #frame: Frame = { kind: 'paragraph' };
  #preserve = false;

  constructor(writer: DocumentWriter) {
    this.#writer = writer;
  }

  walk(node: Node, depth: number): void {
    if (depth > limits.xmlDepth) refuse('too_deep');
    if (node.nodeName === '#text' && 'value' in node) this.#text += node.value;
    else if (isElement(node)) this.#element(node, depth);
    else if ('childNodes' in node) this.#children(node.childNodes, depth);
  }

  flush(): void {
    const paragraphs = this.#preserve ? [this.#text.replace(/^\n/, '')] : squeeze(this.#text).split(/\n{2,}/);
    this.#text = '';
    for (const text of paragraphs) this.#writer.block({ ...this.#frame, text });
  }

  #children(nodes: readonly Node[], depth: number): void {
    for (const node of nodes) this.walk(node, depth + 1);
  }

  #element(element: Element, depth: number): void {
    const tag = element.tagName;
    if (dropped.has(tag) || isHidden(element)) return;
    if (tag === 'br') this.#text += this.#preserve ? '\n' : '\u2028';
    else if (tag === 'img') this.#text += attribute(element, 'alt') ?? '';
    else if (tag === 'table' && isDataTable(element)) this.#table(element, depth);
    else if (blockLike.has(tag)) this.#block(element, depth);
    else this.#children(element.childNodes, depth);
  }

  #block(element: Element, depth: number): void {
    this.flush();
    const outside = { frame: this.#frame, preserve: this.#preserve };
    this.#frame = frameOf(element.tagName, this.#frame);
    this.#preserve ||= element.tagName === 'pre';
    this.#children(element.childNodes, depth);
    this.flush();
    this.#frame = outside.frame;
    this.#preserve = outside.preserve;
  }

  #table(table: Element, depth: number): void {
    this.flush();
    let columns: string | undefined;
    const rows = descendants(table, 'tr', depth);
    for (const [index, row] of rows.entries()) {
      const cells = row.childNodes.filter((node) => isElement(node) && /^t[dh]$/.test(node.tagName) && !isHidden(node));
      const texts = cells.map((cell) => squeeze(plainText(cell, depth)).replaceAll('\n', ' '));
      this.#writer.block({ kind: 'table-row', text: joinCells(texts), columns });
      const named = cells.every((cell) => cell.nodeName === 'th') || isHeaderRow(texts);
      if (index === 0 && rows.length > 1 && texts.length > 1 && named) columns = texts.join(' | ');
    }
  }
}

function joinCells(texts: readonly string[]): string {
  return texts.some((text) => text !== '') ? texts.join(' | ') : '';
}

/** Pages of the past (and mails of today) are laid out by tables; only those with plain cells are tables of data. */
function isDataTable(table: Element): boolean {
  const rows = descendants(table, 'tr', 0);
  const nested = descendants(table, 'table', 0).length > 0;
  const inner = ['p', 'ul', 'h1', 'h2', 'h3', 'div'].reduce((sum, tag) => sum + descendants(table, tag, 0).length, 0);
  return (
    rows.length > 1 &&
    !nested &&
    inner <= rows.length * 4 &&
    rows.some((row) => row.childNodes.filter(isElement).length > 1)
  );
}

function descendants(element: Element, tag: string, depth: number): Element[] {
  const found: Element[] = [];
  const waiting: { node: Node; depth: number }[] = element.childNodes.map((node) => ({ node, depth })).reverse();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node } = next;
    if (!isElement(node) || isHidden(node)) continue;
    if (next.depth > limits.xmlDepth * 2) refuse('too_deep');
    if (node.tagName === tag) found.push(node);
    for (const child of node.childNodes.toReversed()) waiting.push({ node: child, depth: next.depth + 1 });
  }
  return found;
}

function plainText(node: Node, depth: number): string {
  if (depth > limits.xmlDepth * 2) refuse('too_deep');
  if (node.nodeName === '#text' && 'value' in node) return node.value;
  if (isElement(node) && (dropped.has(node.tagName) || isHidden(node))) return '';
  if (isElement(node) && node.tagName === 'br') return ' ';
  if (!('childNodes' in node)) return '';
  const inner = node.childNodes.map((child) => plainText(child, depth + 1)).join('');
  return isElement(node) && blockLike.has(node.tagName) ? ` ${inner} ` : inner;
}

/** White space as a browser shows it: one space; a forced line break stays one. */
function squeeze(text: string): string {
  return text
    .replace(/[ \t\r\n\f]+/g, ' ')
    .replace(/ *\u2028 */g, '\n')
    .trim();
}

function frameOf(tag: string, outside: Frame): Frame {
  const level = headingLevelOf(tag);
  if (level !== null) return { kind: 'heading', level };
  if (tag === 'li' || tag === 'dt' || tag === 'dd') return { kind: 'list-item' };
  if (tag === 'blockquote') return { kind: 'quote' };
  if (tag === 'pre') return { kind: 'code' };
  return outside.kind === 'heading' ? { kind: 'paragraph' } : outside;
}

/** Writes the visible text of a page of HTML; its title comes back. */
export function writeHtml(html: string, writer: DocumentWriter): string | undefined {
  const document = parse(html);
  const walk = new HtmlWalk(writer);
  walk.walk(document, 0);
  walk.flush();
  const root = document.childNodes.find(isElement);
  const title = root === undefined ? undefined : descendants(root, 'title', 0)[0];
  const first = title?.childNodes[0];
  return first !== undefined && 'value' in first ? first.value : undefined;
}

export const readHtml: Reader = ({ bytes, declared }) => {
  const writer = new DocumentWriter('html');
  writer.title(writeHtml(decodeText(bytes, declared?.charset ?? declaredEncoding(bytes)), writer));
  if (writer.isEmpty) refuse('no_text');
  return writer.finish();
};
