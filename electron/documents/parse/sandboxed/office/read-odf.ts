import { DocumentWriter, type NewBlock } from '../document-writer.ts';
import { refuse } from '../refusal.ts';
import type { Reader } from '../source.ts';
import { readXml, type XmlTag } from '../xml-reader.ts';
import { openZip, type ZipArchive } from '../zip-archive.ts';
import { documentTitle } from './core-properties.ts';
import { tableBlocks } from './word-blocks.ts';

/** Removed text that change tracking keeps, and what is no text. */
const unseen = new Set([
  'tracked-changes',
  'annotation',
  'forms',
  'sequence-decls',
  'date-time-decl',
  'footer-decl',
  'header-decl',
]);
const characters: Readonly<Record<string, string>> = { tab: '\t', 'line-break': '\n' };

interface OpenBlock {
  readonly kind: 'heading' | 'paragraph';
  readonly level: number;
  text: string;
}

interface OdfTarget {
  block(block: NewBlock): void;
  page?(name: string | undefined): void;
}

class OdfWalk {
  readonly #target: OdfTarget;
  readonly #open: OpenBlock[] = [];
  #rows: string[][] | null = null;
  #cell: string[] | null = null;
  #lists = 0;
  #notes = 0;
  #skipping = 0;

  constructor(target: OdfTarget) {
    this.#target = target;
  }

  read(source: Buffer): void {
    readXml(source, {
      open: (tag) => this.#enter(tag),
      close: (name) => this.#leave(name),
      text: (text) => {
        if (this.#skipping === 0) this.#write(text.replace(/[ \t\r\n]+/g, ' '));
      },
    });
  }

  #enter(tag: XmlTag): void {
    if (this.#skipping > 0 || unseen.has(tag.name)) {
      this.#skipping += 1;
      return;
    }
    if (tag.name === 'page') this.#target.page?.(tag.attribute('name'));
    if (tag.name === 'h')
      this.#open.push({ kind: 'heading', level: Number(tag.attribute('outline-level') ?? 1), text: '' });
    if (tag.name === 'p') this.#open.push({ kind: 'paragraph', level: 0, text: '' });
    if (tag.name === 'list') this.#lists += 1;
    if (tag.name === 'notes') this.#notes += 1;
    if (tag.name === 'table' && this.#cell === null) this.#rows = [];
    if (tag.name === 'table-row') this.#rows?.push([]);
    if (tag.name === 'table-cell') this.#cell = [];
    if (tag.name === 's') this.#write(' '.repeat(Math.min(100, Number(tag.attribute('c') ?? 1))));
    const character = Object.hasOwn(characters, tag.name) ? characters[tag.name] : undefined;
    if (character !== undefined) this.#write(character);
  }

  #write(text: string): void {
    const last = this.#open.at(-1);
    if (last !== undefined) last.text += text;
  }

  #leave(name: string): void {
    if (this.#skipping > 0) {
      this.#skipping -= 1;
      return;
    }
    if (name === 'h' || name === 'p') this.#endBlock();
    if (name === 'list') this.#lists -= 1;
    if (name === 'notes') this.#notes -= 1;
    if (name === 'table-cell') {
      this.#rows?.at(-1)?.push((this.#cell ?? []).join(' '));
      this.#cell = null;
    }
    if (name === 'table' && this.#rows !== null && this.#cell === null) {
      for (const block of tableBlocks(this.#rows, false)) this.#target.block(block);
      this.#rows = null;
    }
  }

  #endBlock(): void {
    const block = this.#open.pop();
    const text = block?.text.trim() ?? '';
    if (block === undefined || text === '') return;
    if (this.#cell !== null) this.#cell.push(text);
    else if (block.kind === 'heading') this.#target.block({ kind: 'heading', level: block.level, text });
    else if (this.#lists > 0) this.#target.block({ kind: 'list-item', level: this.#lists, text });
    else this.#target.block({ kind: 'paragraph', text, locator: this.#notes > 0 ? 'notes' : undefined });
  }
}

/** A manifest that names an algorithm belongs to a file with a password. */
async function refuseEncrypted(zip: ZipArchive): Promise<void> {
  const name = 'META-INF/manifest.xml';
  if (zip.has(name) && (await zip.read(name)).includes('encryption-data')) refuse('password');
}

async function read(
  bytes: Buffer,
  format: 'odt' | 'odp',
  target: (writer: DocumentWriter) => OdfTarget,
): Promise<DocumentWriter> {
  const zip = await openZip(bytes);
  await refuseEncrypted(zip);
  const writer = new DocumentWriter(format, { paged: format === 'odp' });
  writer.title(await documentTitle(zip, 'meta.xml'));
  new OdfWalk(target(writer)).read(await zip.read('content.xml'));
  if (writer.isEmpty) refuse('no_text');
  return writer;
}

export const readOdt: Reader = async ({ bytes }) =>
  (await read(bytes, 'odt', (writer) => ({ block: (block) => writer.block(block) }))).finish();

/** Slides have no marked title; what stands outside a slide (there is nothing of use) is left out. */
export const readOdp: Reader = async ({ bytes }) => {
  const target = (writer: DocumentWriter): OdfTarget => {
    let pages = 0;
    return {
      page: (label) => {
        pages += 1;
        writer.page({ label, keepHeadings: false });
      },
      block: (block) => {
        if (pages > 0) writer.block(block);
      },
    };
  };
  return (await read(bytes, 'odp', target)).finish();
};
