import { DocumentWriter } from '../document-writer.ts';
import { limits } from '../../limits.ts';
import { refuse } from '../refusal.ts';
import type { Reader } from '../source.ts';
import { rtfTokens, type RtfToken } from './rtf-tokens.ts';

/** Groups whose text is no part of the document. */
const unread = new Set(
  'colortbl stylesheet info pict object objdata header footer headerl headerr headerf footerl footerr footerf listtable listoverridetable rsidtbl generator themedata colorschememapping datastore latentstyles xmlnstbl fldinst nonshppict filetbl revtbl bkmkstart bkmkend mmathPr pgdsctbl template ftnsep ftnsepc aftnsep aftnsepc sp panose private1 falt'.split(
    ' ',
  ),
);
const characters: Readonly<Record<string, string>> = {
  tab: '\t', line: '\n', emdash: '—', endash: '–', lquote: '‘', rquote: '’', ldblquote: '“', rdblquote: '”', bullet: '•',
  emspace: ' ', enspace: ' ', cell: ' | ', nestcell: ' | ',
}; // prettier-ignore
const symbols: Readonly<Record<string, string>> = {
  '~': '\u00a0',
  _: '\u2011',
  '{': '{',
  '}': '}',
  '\\': '\\',
  '\n': '\n',
  '\r': '\n',
};

/** Windows character sets of fonts (`\fcharset`) by the encoding they stand for. */
const charsets: Readonly<Record<number, string>> = {
  0: 'windows-1252', 77: 'macintosh', 128: 'shift_jis', 129: 'euc-kr', 134: 'gbk', 136: 'big5', 161: 'windows-1253',
  162: 'windows-1254', 163: 'windows-1258', 177: 'windows-1255', 178: 'windows-1256', 186: 'windows-1257',
  204: 'windows-1251', 222: 'windows-874', 238: 'windows-1250',
}; // prettier-ignore
const codePages: Readonly<Record<number, string>> = {
  932: 'shift_jis',
  936: 'gbk',
  949: 'euc-kr',
  950: 'big5',
  10000: 'macintosh',
  65001: 'utf-8',
  874: 'windows-874',
  437: 'windows-1252',
  850: 'windows-1252',
};

function decoderFor(name: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(name);
  } catch {
    return new TextDecoder('windows-1252');
  }
}

interface Group {
  readonly skipped: boolean;
  readonly inFonts: boolean;
  hidden: boolean;
  font: number;
  /** How many bytes stand in for a Unicode character, for readers that do not know it. */
  substitutes: number;
}

class RtfWalk {
  readonly #writer: DocumentWriter;
  readonly #fonts = new Map<number, string>();
  readonly #groups: Group[] = [];
  #group: Group = { skipped: false, inFonts: false, hidden: false, font: -1, substitutes: 1 };
  #defaultEncoding = 'windows-1252';
  #pending = '';
  #text = '';
  #toSkip = 0;
  #atStart = false;
  #starred = false;
  #inTable = false;
  #outline: number | null = null;

  constructor(writer: DocumentWriter) {
    this.#writer = writer;
  }

  token(token: RtfToken): void {
    if (token.kind === 'bytes') this.#bytes(token.bytes);
    else {
      this.#decode();
      if (token.kind === 'open') this.#enter();
      else if (token.kind === 'close') this.#leave();
      else if (token.kind === 'symbol') this.#symbol(token.name);
      else this.#word(token.name, token.value);
    }
  }

  finish(): void {
    this.#decode();
    this.#endParagraph(false);
  }

  #enter(): void {
    if (this.#groups.length > limits.xmlDepth * 4) refuse('too_deep');
    this.#groups.push({ ...this.#group });
    this.#atStart = true;
    this.#starred = false;
  }

  #leave(): void {
    this.#group = this.#groups.pop() ?? this.#group;
    this.#toSkip = 0;
    this.#atStart = false;
  }

  #symbol(name: string): void {
    if (name === '*') this.#starred = true;
    else if (!this.#group.skipped) this.#write(symbols[name] ?? '');
  }

  #word(name: string, value: number | null): void {
    if (this.#atStart) this.#startGroup(name);
    this.#atStart = false;
    if (this.#group.inFonts && name === 'fcharset')
      this.#fonts.set(this.#group.font, charsets[value ?? 0] ?? 'windows-1252');
    if (name === 'f') this.#group.font = value ?? 0;
    if (this.#group.skipped) return;
    if (name === 'ansicpg') this.#defaultEncoding = codePages[value ?? 0] ?? `windows-${value ?? 1252}`;
    else if (name === 'mac') this.#defaultEncoding = 'macintosh';
    else if (name === 'uc') this.#group.substitutes = Math.min(8, value ?? 1);
    else if (name === 'u' && value !== null) this.#unicode(value);
    else if (name === 'v') this.#group.hidden = value !== 0;
    else if (name === 'plain') this.#group.hidden = false;
    else this.#layout(name, value);
  }

  #layout(name: string, value: number | null): void {
    if (name === 'par' || name === 'sect' || name === 'page') this.#endParagraph(false);
    else if (name === 'row' || name === 'nestrow') this.#endParagraph(true);
    else if (name === 'intbl') this.#inTable = true;
    else if (name === 'outlinelevel') this.#outline = value ?? null;
    else if (name === 'pard') [this.#inTable, this.#outline] = [false, null];
    else if (Object.hasOwn(characters, name)) this.#write(characters[name] ?? '');
  }

  #startGroup(name: string): void {
    const known =
      name === 'fonttbl' || name === 'shptxt' || name === 'shpinst' || name === 'footnote' || name === 'listtext';
    const skipped = unread.has(name) || name === 'fonttbl' || (this.#starred && !known);
    this.#group = {
      ...this.#group,
      skipped: this.#group.skipped || skipped,
      inFonts: this.#group.inFonts || name === 'fonttbl',
    };
  }

  #unicode(value: number): void {
    this.#write(String.fromCharCode(value < 0 ? value + 65_536 : value));
    this.#toSkip = this.#group.substitutes;
  }

  #bytes(bytes: string): void {
    this.#atStart = false;
    if (this.#group.skipped) return;
    const passed = Math.min(this.#toSkip, bytes.length);
    this.#toSkip -= passed;
    this.#pending += bytes.slice(passed);
  }

  #decode(): void {
    if (this.#pending === '') return;
    const encoding = this.#fonts.get(this.#group.font) ?? this.#defaultEncoding;
    const decoder = decoderFor(encoding === 'windows-1252' ? this.#defaultEncoding : encoding);
    const bytes = Buffer.from(this.#pending, 'latin1');
    this.#pending = '';
    this.#write(decoder.decode(bytes));
  }

  #write(text: string): void {
    if (!this.#group.hidden && !this.#group.skipped) this.#text += text;
  }

  #endParagraph(isRow: boolean): void {
    if (this.#inTable && !isRow) {
      this.#text += ' ';
      return;
    }
    const text = isRow
      ? this.#text
          .replace(/(\s*\|\s*)+$/, '')
          .replace(/\s+/g, ' ')
          .trim()
      : this.#text.trim();
    this.#text = '';
    const outline = this.#outline !== null && this.#outline < 9 ? this.#outline + 1 : null;
    if (isRow) this.#writer.block({ kind: 'table-row', text });
    else if (outline !== null) this.#writer.block({ kind: 'heading', level: outline, text });
    else this.#writer.block({ kind: /^(?:[•·\uf0b7]|\d+[.)])\s/.test(text) ? 'list-item' : 'paragraph', text });
  }
}

export const readRtf: Reader = ({ bytes }) => {
  const writer = new DocumentWriter('rtf');
  const walk = new RtfWalk(writer);
  for (const token of rtfTokens(bytes.toString('latin1'))) walk.token(token);
  walk.finish();
  if (writer.isEmpty) refuse('no_text');
  return writer.finish();
};
