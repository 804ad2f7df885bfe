import { DocumentWriter } from '../document-writer.ts';
import type { Reader } from '../source.ts';
import { readXml } from '../xml-reader.ts';
import { refuse } from '../refusal.ts';

/** Attributes whose words people read. */
const spoken = ['title', 'name', 'label', 'alt', 'value'];

/** Data in XML: each element with text of its own becomes a line “element: text”. */
export const readXmlData: Reader = ({ bytes }) => {
  const writer = new DocumentWriter('xml');
  const path: { name: string; text: string }[] = [];
  readXml(bytes, {
    open: (tag) => {
      const said = spoken.map((name) => tag.attribute(name)).filter((value) => value !== undefined && value !== '');
      if (said.length > 0) writer.block({ kind: 'paragraph', text: `${tag.name}: ${said.join(', ')}` });
      path.push({ name: tag.name, text: '' });
    },
    text: (text) => {
      const here = path.at(-1);
      if (here !== undefined) here.text += text;
    },
    close: () => {
      const here = path.pop();
      const text = here?.text.replace(/\s+/g, ' ').trim() ?? '';
      if (here !== undefined && text !== '') writer.block({ kind: 'paragraph', text: `${here.name}: ${text}` });
    },
  });
  if (writer.isEmpty) refuse('no_text');
  return writer.finish();
};
