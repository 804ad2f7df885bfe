import { SaxesParser } from 'saxes';
import { limits } from '../limits.ts';
import { declaredEncoding, decodeText } from './decode-text.ts';
import { refuse, Refusal } from './refusal.ts';

export interface XmlTag {
  /** Name without prefix: documents are free to bind prefixes as they like. */
  readonly name: string;
  /** Value of the attribute with that name, whatever its prefix; `r:id` beside `id` needs the full name. */
  attribute(name: string): string | undefined;
}

interface XmlHandler {
  open?(tag: XmlTag): void;
  close?(name: string): void;
  text?(text: string): void;
}

function local(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function asTag(name: string, attributes: Record<string, string>): XmlTag {
  return {
    name: local(name),
    attribute: (wanted) => {
      const exact = attributes[wanted];
      if (exact !== undefined) return exact;
      const found = wanted.includes(':') ? undefined : Object.keys(attributes).find((key) => local(key) === wanted);
      return found === undefined ? undefined : attributes[found];
    },
  };
}

/** How many small faults are overlooked; office programs write some, garbage has many. */
const overlooked = 100;

/**
 * Walks XML from start to end, without a tree. A document type definition is refused: entities that grow and entities
 * that name files come in by it, and no office format needs it.
 */
export function readXml(source: Buffer | string, handler: XmlHandler): void {
  const text = typeof source === 'string' ? source : decodeText(source, declaredEncoding(source));
  const parser = new SaxesParser({ xmlns: false, position: false });
  let depth = 0;
  let faults = 0;
  parser.on('error', () => {
    faults += 1;
    if (faults > overlooked) refuse('damaged');
  });
  parser.on('doctype', () => refuse('doctype'));
  parser.on('opentag', ({ name, attributes }) => {
    depth += 1;
    if (depth > limits.xmlDepth) refuse('too_deep');
    handler.open?.(asTag(name, attributes));
  });
  parser.on('closetag', ({ name }) => {
    depth -= 1;
    handler.close?.(local(name));
  });
  parser.on('text', (content) => handler.text?.(content));
  parser.on('cdata', (content) => handler.text?.(content));
  try {
    parser.write(text).close();
  } catch (thrown) {
    throw thrown instanceof Refusal ? thrown : new Refusal('damaged');
  }
}

/** Relationship id → target path of an office part, resolved inside the package; links to the outside are left out. */
export function readRelationships(source: Buffer, folder: string): Map<string, { type: string; target: string }> {
  const found = new Map<string, { type: string; target: string }>();
  readXml(source, {
    open: (tag) => {
      const id = tag.attribute('Id');
      const target = tag.attribute('Target');
      if (tag.name !== 'Relationship' || id === undefined || target === undefined) return;
      if (tag.attribute('TargetMode') === 'External') return;
      const type = tag.attribute('Type') ?? '';
      found.set(id, { type: type.slice(type.lastIndexOf('/') + 1), target: resolvePart(folder, target) });
    },
  });
  return found;
}

/** `../media/x` seen from `ppt/slides` → `ppt/media/x`. */
export function resolvePart(folder: string, target: string): string {
  const parts = target.startsWith('/') ? [] : folder.split('/');
  for (const part of target.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.filter((part) => part !== '').join('/');
}
