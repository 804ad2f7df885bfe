import { readXml } from '../xml-reader.ts';
import type { ZipArchive } from '../zip-archive.ts';

/** `dc:title` of an office package. */
export async function documentTitle(zip: ZipArchive, part = 'docProps/core.xml'): Promise<string | undefined> {
  if (!zip.has(part)) return undefined;
  let inTitle = false;
  let title = '';
  readXml(await zip.read(part), {
    open: (tag) => {
      if (tag.name === 'title') inTitle = true;
    },
    text: (text) => {
      if (inTitle) title += text;
    },
    close: (name) => {
      if (name === 'title') inTitle = false;
    },
  });
  return title.trim() === '' ? undefined : title;
}
