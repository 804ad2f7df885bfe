import { DocumentWriter, type NewBlock } from '../document-writer.ts';
import { refuse } from '../refusal.ts';
import type { Reader } from '../source.ts';
import { readRelationships, readXml } from '../xml-reader.ts';
import { openZip, type ZipArchive } from '../zip-archive.ts';
import { documentTitle } from './core-properties.ts';
import { DocxStyles } from './docx-styles.ts';
import { Numbering } from './numbering.ts';
import { diagramText } from './slide-blocks.ts';
import { WordBlocks, type WordPart } from './word-blocks.ts';

async function optional(zip: ZipArchive, name: string | undefined): Promise<Buffer | null> {
  return name !== undefined && zip.has(name) ? zip.read(name) : null;
}

/** The main part is usually `word/document.xml`; the package says. */
async function mainPart(zip: ZipArchive): Promise<string> {
  const relations = await optional(zip, '_rels/.rels');
  const found = relations === null ? [] : [...readRelationships(relations, '').values()];
  const named = found.find((each) => each.type === 'officeDocument')?.target;
  const main = [named, 'word/document.xml', 'word/document2.xml'].find((name) => name !== undefined && zip.has(name));
  return main ?? refuse('damaged');
}

interface Parts {
  readonly zip: ZipArchive;
  readonly styles: DocxStyles;
  readonly numbering: Buffer | null;
  targets(type: string): string[];
}

async function openParts(zip: ZipArchive, main: string): Promise<Parts> {
  const folder = main.slice(0, main.lastIndexOf('/'));
  const relations = await optional(zip, `${folder}/_rels/${main.slice(folder.length + 1)}.rels`);
  const all = relations === null ? [] : [...readRelationships(relations, folder).values()];
  const targets = (type: string): string[] => all.filter((each) => each.type === type).map((each) => each.target);
  const styles = new DocxStyles(await optional(zip, targets('styles')[0]));
  return { zip, styles, targets, numbering: await optional(zip, targets('numbering')[0]) };
}

function blocksOf(source: Buffer, parts: Parts): WordPart {
  return new WordBlocks(parts.styles, new Numbering(parts.numbering)).read(source);
}

/** Text of each note or comment by its id. */
async function notesOf(
  parts: Parts,
  type: string,
  element: string,
): Promise<Map<string, { text: string; author: string }>> {
  const notes = new Map<string, { text: string; author: string }>();
  const source = await optional(parts.zip, parts.targets(type)[0]);
  if (source === null) return notes;
  let id: string | null = null;
  let author = '';
  let text = '';
  let inText = false;
  readXml(source, {
    open: (tag) => {
      if (tag.name === element) [id, author, text] = [tag.attribute('id') ?? '', tag.attribute('author') ?? '', ''];
      if (tag.name === 't') inText = true;
    },
    text: (content) => {
      if (inText) text += content;
    },
    close: (name) => {
      if (name === 't') inText = false;
      if (name === 'p') text += ' ';
      if (name === element && id !== null) notes.set(id, { text: text.trim(), author });
    },
  });
  return notes;
}

async function writeBody(main: WordPart, parts: Parts, writer: DocumentWriter): Promise<void> {
  const notes = {
    footnote: await notesOf(parts, 'footnotes', 'footnote'),
    endnote: await notesOf(parts, 'endnotes', 'endnote'),
  };
  const numbered = main.notes.map((note, index) => ({ ...note, number: index + 1 }));
  for (const [index, block] of main.blocks.entries()) {
    writer.block(block);
    for (const { kind, id, after, number } of numbered) {
      const text = after === index ? (notes[kind].get(id)?.text ?? '') : '';
      if (text !== '') writer.block({ kind: 'paragraph', text: `[${number}] ${text}`, locator: `${kind} ${number}` });
    }
  }
}

/** Running heads repeat on every page; each distinct one is written once. */
async function writeMargins(type: 'header' | 'footer', parts: Parts, writer: DocumentWriter): Promise<void> {
  const seen = new Set<string>();
  for (const target of parts.targets(type)) {
    const source = await optional(parts.zip, target);
    const blocks: readonly NewBlock[] = source === null ? [] : blocksOf(source, parts).blocks;
    const text = blocks
      .map((block) => block.text)
      .join(' ')
      .trim();
    if (text !== '' && !seen.has(text)) writer.block({ kind: 'header', text, locator: type });
    seen.add(text);
  }
}

export const readDocx: Reader = async ({ bytes }) => {
  const zip = await openZip(bytes);
  const main = await mainPart(zip);
  const parts = await openParts(zip, main);
  const writer = new DocumentWriter('docx');
  writer.title(await documentTitle(zip));
  await writeMargins('header', parts, writer);
  await writeBody(blocksOf(await zip.read(main), parts), parts, writer);
  for (const target of parts.targets('diagramData')) {
    const source = await optional(zip, target);
    for (const text of source === null ? [] : diagramText(source))
      writer.block({ kind: 'list-item', text, locator: 'diagram' });
  }
  await writeMargins('footer', parts, writer);
  writer.leaveHeadings();
  for (const { text, author } of (await notesOf(parts, 'comments', 'comment')).values()) {
    writer.block({ kind: 'paragraph', text, locator: author === '' ? 'comment' : `comment by ${author}` });
  }
  if (writer.isEmpty) refuse('no_text');
  return writer.finish();
};
