import { DocumentWriter } from '../document-writer.ts';
import { refuse } from '../refusal.ts';
import type { Reader } from '../source.ts';
import { readRelationships, readXml, type XmlTag } from '../xml-reader.ts';
import { openZip, type ZipArchive } from '../zip-archive.ts';
import { documentTitle } from './core-properties.ts';
import { diagramText, SlideBlocks } from './slide-blocks.ts';

type Relations = Map<string, { type: string; target: string }>;

async function relationsOf(zip: ZipArchive, part: string): Promise<Relations> {
  const folder = part.slice(0, part.lastIndexOf('/'));
  const name = `${folder}/_rels/${part.slice(folder.length + 1)}.rels`;
  return zip.has(name) ? readRelationships(await zip.read(name), folder) : new Map();
}

/** Slides in the order they are shown, which is not that of their names. */
async function slidesOf(zip: ZipArchive): Promise<string[]> {
  const main = ['ppt/presentation.xml'].find((name) => zip.has(name)) ?? refuse('damaged');
  const relations = await relationsOf(zip, main);
  const slides: string[] = [];
  readXml(await zip.read(main), {
    open: (tag) => {
      const target =
        tag.name === 'sldId' ? relations.get(tag.attribute('r:id') ?? relationId(tag) ?? '')?.target : undefined;
      if (target !== undefined && zip.has(target)) slides.push(target);
    },
  });
  return slides;
}

/** Where another prefix than `r` is bound: the id that begins like a relationship's. */
function relationId(tag: XmlTag): string | undefined {
  const id = tag.attribute('rel:id') ?? tag.attribute('id');
  return id !== undefined && /^\D/.test(id) ? id : undefined;
}

function isShown(source: Buffer): boolean {
  return !/<(?:\w+:)?sld\s[^>]*\bshow="(?:0|false)"/.test(source.subarray(0, 4096).toString('latin1'));
}

async function writeNotes(zip: ZipArchive, relations: Relations, writer: DocumentWriter): Promise<void> {
  const notes = [...relations.values()].find((each) => each.type === 'notesSlide')?.target;
  if (notes === undefined || !zip.has(notes)) return;
  for (const block of new SlideBlocks().read(await zip.read(notes))) {
    if (block.kind !== 'heading') writer.block({ ...block, kind: 'paragraph', level: undefined, locator: 'notes' });
  }
}

async function writeSlide(zip: ZipArchive, part: string, source: Buffer, writer: DocumentWriter): Promise<void> {
  const relations = await relationsOf(zip, part);
  for (const block of new SlideBlocks().read(source)) writer.block(block);
  for (const { type, target } of relations.values()) {
    if (type !== 'diagramData' || !zip.has(target)) continue;
    for (const text of diagramText(await zip.read(target)))
      writer.block({ kind: 'list-item', text, locator: 'diagram' });
  }
  await writeNotes(zip, relations, writer);
}

export const readPptx: Reader = async ({ bytes }) => {
  const zip = await openZip(bytes);
  const writer = new DocumentWriter('pptx', { paged: true });
  writer.title(await documentTitle(zip));
  const slides = await slidesOf(zip);
  let hidden = 0;
  for (const part of slides) {
    const source = await zip.read(part);
    writer.page({ keepHeadings: false });
    if (isShown(source)) await writeSlide(zip, part, source, writer);
    else hidden += 1;
  }
  if (hidden > 0) writer.warn(hidden === 1 ? '1 hidden slide was not read.' : `${hidden} hidden slides were not read.`);
  if (writer.isEmpty) refuse('no_text');
  return writer.finish();
};
