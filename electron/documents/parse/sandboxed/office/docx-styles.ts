import { readXml } from '../xml-reader.ts';

interface Style {
  basedOn?: string;
  outline?: number;
  list?: string;
  listLevel?: number;
  isTitle?: boolean;
  isQuote?: boolean;
  isCode?: boolean;
}

interface ParagraphStyle {
  /** From 1. */
  readonly headingLevel: number | null;
  readonly list: string | null;
  readonly listLevel: number;
  readonly kind: 'paragraph' | 'quote' | 'code';
}

/** “heading 2” is the built-in name in every language; ids are translated (“berschrift2”). */
function outlineOfName(name: string): number | undefined {
  const match = /^heading (\d)$/i.exec(name);
  return match?.[1] === undefined ? undefined : Number(match[1]) - 1;
}

const plain: ParagraphStyle = { headingLevel: null, list: null, listLevel: 0, kind: 'paragraph' };

/** Paragraph styles of a DOCX file, with what they inherit. */
export class DocxStyles {
  readonly #styles = new Map<string, Style>();

  constructor(source: Buffer | null) {
    if (source !== null) this.#read(source);
  }

  of(id: string | undefined): ParagraphStyle {
    const chain = id === undefined ? [] : this.#chain(id);
    const outline = chain.find((style) => style.outline !== undefined)?.outline;
    const listed = chain.find((style) => style.list !== undefined);
    const isTitle = chain.some((style) => style.isTitle);
    const kind = chain.some((style) => style.isCode)
      ? 'code'
      : chain.some((style) => style.isQuote)
        ? 'quote'
        : 'paragraph';
    return {
      ...plain,
      headingLevel: isTitle ? 1 : outline !== undefined && outline < 9 ? outline + 1 : null,
      list: listed?.list ?? null,
      listLevel: chain.find((style) => style.listLevel !== undefined)?.listLevel ?? 0,
      kind,
    };
  }

  #chain(id: string): Style[] {
    const found: Style[] = [];
    for (let next: string | undefined = id; next !== undefined && found.length < 20; next = found.at(-1)?.basedOn) {
      const style = this.#styles.get(next);
      if (style === undefined) break;
      found.push(style);
    }
    return found;
  }

  #read(source: Buffer): void {
    let style: Style | null = null;
    readXml(source, {
      open: (tag) => {
        const value = tag.attribute('val') ?? '';
        if (tag.name === 'style') this.#styles.set(tag.attribute('styleId') ?? '', (style = {}));
        if (style === null) return;
        if (tag.name === 'name') Object.assign(style, named(value));
        if (tag.name === 'basedOn') style.basedOn = value;
        if (tag.name === 'outlineLvl') style.outline = Number(value);
        if (tag.name === 'numId') style.list = value;
        if (tag.name === 'ilvl') style.listLevel = Number(value);
      },
      close: (name) => {
        if (name === 'style') style = null;
      },
    });
  }
}

function named(name: string): Partial<Style> {
  const outline = outlineOfName(name);
  return {
    ...(outline === undefined ? {} : { outline }),
    ...(/^title$/i.test(name) ? { isTitle: true } : {}),
    ...(/quote/i.test(name) ? { isQuote: true } : {}),
    ...(/^(html preformatted|plain text|code)/i.test(name) ? { isCode: true } : {}),
  };
}
