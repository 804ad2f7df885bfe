import { decodeText, declaredEncoding } from '../decode-text.ts';
import { DocumentWriter } from '../document-writer.ts';
import { refuse } from '../refusal.ts';
import type { Reader } from '../source.ts';
import { writeHtml } from '../text/read-html.ts';
import { readXml, resolvePart } from '../xml-reader.ts';
import { openZip, type ZipArchive } from '../zip-archive.ts';

async function packagePath(zip: ZipArchive): Promise<string> {
  let path: string | undefined;
  if (!zip.has('META-INF/container.xml')) return refuse('damaged');
  readXml(await zip.read('META-INF/container.xml'), {
    open: (tag) => {
      if (tag.name === 'rootfile') path ??= tag.attribute('full-path');
    },
  });
  return path !== undefined && zip.has(path) ? path : refuse('damaged');
}

/** Chapters in reading order, and the title. */
async function spineOf(zip: ZipArchive): Promise<{ chapters: string[]; title: string }> {
  const path = await packagePath(zip);
  const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
  const items = new Map<string, string>();
  const chapters: string[] = [];
  let title = '';
  let inTitle = false;
  readXml(await zip.read(path), {
    open: (tag) => {
      if (tag.name === 'title') inTitle = title === '';
      if (tag.name === 'item')
        items.set(tag.attribute('id') ?? '', resolvePart(folder, decodeURI(tag.attribute('href') ?? '')));
      if (tag.name === 'itemref') chapters.push(items.get(tag.attribute('idref') ?? '') ?? '');
    },
    text: (text) => {
      if (inTitle) title += text;
    },
    close: (name) => {
      if (name === 'title') inTitle = false;
    },
  });
  return { chapters: chapters.filter((name) => zip.has(name)), title };
}

export const readEpub: Reader = async ({ bytes }) => {
  const zip = await openZip(bytes);
  if (zip.has('META-INF/encryption.xml') && zip.has('META-INF/rights.xml')) refuse('restricted');
  const { chapters, title } = await spineOf(zip);
  const writer = new DocumentWriter('epub');
  writer.title(title);
  for (const chapter of chapters) {
    const html = await zip.read(chapter);
    writeHtml(decodeText(html, declaredEncoding(html)), writer);
  }
  if (writer.isEmpty) refuse('no_text');
  return writer.finish();
};
