import type { NewBlock } from '../document-writer.ts';
import { readXml, type XmlTag } from '../xml-reader.ts';
import { tableBlocks } from './word-blocks.ts';

interface Shape {
  placeholder: string | null;
  hidden: boolean;
  readonly paragraphs: { text: string; level: number }[];
}

/** Placeholders that the program fills in on every slide. */
const repeated = new Set(['dt', 'ftr', 'sldNum', 'hdr', 'sldImg']);
const titles = new Set(['title', 'ctrTitle']);

/** Text of one slide (or its notes): the title first, then shapes in the order they are drawn. */
export class SlideBlocks {
  readonly #blocks: NewBlock[] = [];
  readonly #titles: NewBlock[] = [];
  #shape: Shape | null = null;
  #rows: string[][] | null = null;
  #hasHeader = false;
  #cell: string[] | null = null;
  #inText = false;

  read(source: Buffer): NewBlock[] {
    readXml(source, {
      open: (tag) => this.#open(tag),
      close: (name) => this.#close(name),
      text: (text) => {
        if (this.#inText) this.#write(text);
      },
    });
    return [...this.#titles, ...this.#blocks];
  }

  #open(tag: XmlTag): void {
    if (tag.name === 'sp') this.#shape = { placeholder: null, hidden: false, paragraphs: [] };
    if (tag.name === 'cNvPr' && this.#shape !== null && /^(1|true)$/.test(tag.attribute('hidden') ?? ''))
      this.#shape.hidden = true;
    if (tag.name === 'ph' && this.#shape !== null) this.#shape.placeholder = tag.attribute('type') ?? 'body';
    if (tag.name === 'tbl') [this.#rows, this.#hasHeader] = [[], false];
    if (tag.name === 'tblPr') this.#hasHeader = /^(1|true)$/.test(tag.attribute('firstRow') ?? '');
    if (tag.name === 'tr') this.#rows?.push([]);
    if (tag.name === 'tc') this.#cell = [];
    if (tag.name === 'p') this.#paragraph();
    if (tag.name === 'pPr') this.#indent(Number(tag.attribute('lvl') ?? 0));
    if (tag.name === 't') this.#inText = true;
    if (tag.name === 'br') this.#write('\n');
  }

  #paragraph(): void {
    if (this.#cell !== null) this.#cell.push('');
    else this.#shape?.paragraphs.push({ text: '', level: 0 });
  }

  #indent(level: number): void {
    const last = this.#shape?.paragraphs.at(-1);
    if (last !== undefined) last.level = level;
  }

  #write(text: string): void {
    if (this.#cell !== null) this.#cell.push(`${this.#cell.pop() ?? ''}${text}`);
    const last = this.#cell === null ? this.#shape?.paragraphs.at(-1) : undefined;
    if (last !== undefined) last.text += text;
  }

  #close(name: string): void {
    if (name === 't') this.#inText = false;
    if (name === 'tc') {
      this.#rows?.at(-1)?.push((this.#cell ?? []).join(' ').trim());
      this.#cell = null;
    }
    if (name === 'tbl' && this.#rows !== null) {
      this.#blocks.push(...tableBlocks(this.#rows, this.#hasHeader));
      this.#rows = null;
    }
    if (name === 'sp' && this.#shape !== null) {
      this.#endShape(this.#shape);
      this.#shape = null;
    }
  }

  #endShape({ placeholder, hidden, paragraphs }: Shape): void {
    if (hidden || (placeholder !== null && repeated.has(placeholder))) return;
    const filled = paragraphs.filter(({ text }) => text.trim() !== '');
    if (placeholder !== null && titles.has(placeholder)) {
      const text = filled.map((each) => each.text.trim()).join(' ');
      this.#titles.push({ kind: 'heading', level: 1, text: text.replace(/\s*\n\s*/g, ' ') });
      return;
    }
    const isList = placeholder !== null && placeholder !== 'subTitle' && filled.length > 1;
    for (const { text, level } of filled) {
      const kind = isList || level > 0 ? 'list-item' : 'paragraph';
      this.#blocks.push({ kind, text: text.trim(), ...(kind === 'list-item' ? { level: level + 1 } : {}) });
    }
  }
}

/** The words of a diagram (SmartArt), which stand in a part of their own. */
export function diagramText(source: Buffer): string[] {
  const found: string[] = [];
  let inText = false;
  readXml(source, {
    open: (tag) => {
      if (tag.name === 'p') found.push('');
      if (tag.name === 't') inText = true;
    },
    text: (text) => {
      if (inText && found.length > 0) found.push(`${found.pop() ?? ''}${text}`);
    },
    close: (name) => {
      if (name === 't') inText = false;
    },
  });
  return found.filter((text) => text.trim() !== '');
}
