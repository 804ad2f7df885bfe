import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitIntoChunks, splitIntoSentences } from '../../../electron/documents/index.ts';
import { estimateTokens } from '../../../electron/documents/split/tokens.ts';
import type { ParsedBlock, ParsedDocument } from '../../../electron/documents/types.ts';

interface Piece {
  readonly kind: ParsedBlock['kind'];
  readonly text: string;
  readonly page?: number;
  readonly headings?: readonly string[];
  readonly attachment?: string;
}

function documentOf(pieces: readonly Piece[], title?: string): ParsedDocument {
  let text = '';
  const blocks: ParsedBlock[] = [];
  const pages: { number: number; start: number; end: number }[] = [];
  for (const { kind, text: own, page = 1, ...rest } of pieces) {
    if (!pages.some((one) => one.number === page)) pages.push({ number: page, start: text.length, end: text.length });
    const start = text.length;
    text += own;
    blocks.push({ kind, page, start, end: text.length, ...rest });
    text += '\n';
    pages[pages.length - 1]!.end = text.length;
  }
  return {
    format: 'text',
    paged: pages.length > 1,
    text,
    pages,
    blocks,
    warnings: [],
    ...(title === undefined ? {} : { title }),
  };
}

const words = fc.array(
  fc.constantFrom(
    'gravel',
    'sand',
    'Dr.',
    '3.5',
    'CVE-2026-1',
    '首都',
    '👩‍💻',
    'Donaudampfschifffahrtsgesellschaft',
    'x'.repeat(900),
    'end.',
    'a\tb',
    '\ud800',
    'why?',
  ),
  {
    minLength: 1,
    maxLength: 60,
  },
);
const pieces = fc.array(
  fc.record({
    kind: fc.constantFrom<ParsedBlock['kind']>(
      'heading',
      'paragraph',
      'list-item',
      'table-row',
      'code',
      'quote',
      'header',
    ),
    words,
    turn: fc.boolean(),
    headings: fc.array(fc.constantFrom('Rent', 'Notice', 'A very long heading that goes on and on about things'), {
      maxLength: 3,
    }),
  }),
  { maxLength: 30 },
);

describe('splitting', () => {
  it('gives passages with exact offsets, inside one page, small enough, and leaves no word out', () => {
    fc.assert(
      fc.property(pieces, (given) => {
        let page = 1;
        const parsed = documentOf(
          given.map(({ kind, words: own, turn, headings }) => ({
            kind,
            text: own.join(' '),
            headings,
            page: turn ? ++page : page,
          })),
        );
        const chunks = splitIntoChunks(parsed, 'file name.txt');
        const covered = new Uint8Array(parsed.text.length);
        for (const chunk of chunks) {
          expect(parsed.text.slice(chunk.start, chunk.end)).toBe(chunk.text);
          expect(chunk.text.trim()).toBe(chunk.text);
          expect(estimateTokens(`${chunk.header}\n${chunk.text}`)).toBeLessThanOrEqual(256);
          const own = parsed.pages.find((one) => one.number === chunk.page)!;
          expect(chunk.start >= own.start && chunk.end <= own.end).toBe(true);
          covered.fill(1, chunk.start, chunk.end);
        }
        for (let at = 0; at < parsed.text.length; at += 1) {
          if (!/\s/u.test(parsed.text.charAt(at))) expect(covered[at]).toBe(1);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('never parts a surrogate pair', () => {
    const parsed = documentOf([{ kind: 'paragraph', text: '😀'.repeat(2000) }]);
    for (const chunk of splitIntoChunks(parsed, 'x')) expect(chunk.text.isWellFormed()).toBe(true);
  });

  it('says where a passage stands: title, headings, sheet', () => {
    const body = 'The rent is due on the first. '.repeat(12);
    const parsed = documentOf(
      [
        { kind: 'heading', text: 'Rent', headings: [] },
        { kind: 'paragraph', text: body, headings: ['Rent'] },
        { kind: 'heading', text: 'Notice', headings: [] },
        { kind: 'paragraph', text: body, headings: ['Notice'] },
      ],
      'Lease',
    );
    expect(splitIntoChunks(parsed, 'flat-7.pdf').map((chunk) => chunk.header)).toEqual([
      'Lease (flat-7)',
      'Lease (flat-7)',
    ]);
    const sheet = {
      ...documentOf([{ kind: 'table-row', text: 'Item | Price' }]),
      pages: [{ number: 1, label: 'Budget 2026', start: 0, end: 13 }],
    };
    expect(splitIntoChunks(sheet, 'plan.xlsx')[0]?.header).toBe('plan > Budget 2026');
  });

  it('puts the first row of a table in front of its later pieces, and not into their text', () => {
    const rows = Array.from({ length: 80 }, (_unused, at) => ({
      kind: 'table-row' as const,
      text: `Item number ${at} | ${at * 7} euros | paid in full`,
    }));
    const chunks = splitIntoChunks(
      documentOf([{ kind: 'table-row', text: 'Name | Amount | State' }, ...rows]),
      'list.csv',
    );
    expect(chunks.length).toBeGreaterThan(2);
    expect(chunks[0]?.header).toBe('list');
    for (const chunk of chunks.slice(1)) {
      expect(chunk.header).toBe('list\nName | Amount | State');
      expect(chunk.text.startsWith('Item number')).toBe(true);
    }
  });

  it('names the columns of a table once, also where the parser named them above the rows', () => {
    const rows = Array.from({ length: 40 }, (_unused, at) => ({
      kind: 'table-row' as const,
      text: `Item number ${at},${at * 7} euros`,
      headings: ['Stock', 'Name | Amount'],
    }));
    const next = { kind: 'table-row' as const, text: 'Street,Town', headings: ['Stock'] };
    const houses = rows.map((row) => ({ ...row, text: 'Bread Street,Halden', headings: ['Stock', 'Street | Town'] }));
    const table = [{ kind: 'table-row' as const, text: 'Name,Amount', headings: ['Stock'] }, ...rows];
    const headers = splitIntoChunks(documentOf([...table, next, ...houses]), 'list.csv').map(({ header }) => header);
    expect(new Set(headers)).toEqual(
      new Set(['list > Stock', 'list > Stock\nName,Amount', 'list > Stock\nStreet,Town']),
    );
  });

  it('fills passages with the rows of a table of figures as it does with prose', () => {
    const row = (at: number): string =>
      `${at},Anna Bell,Halden,${1000 + at},2026-03-${10 + (at % 20)},${at * 3}.50,paid,${at % 7},DE,${at * 11}`;
    const names = 'id,name,town,account,date,amount,state,visits,country,points';
    const rows = Array.from({ length: 400 }, (_unused, at) => ({
      kind: 'table-row' as const,
      text: row(at),
      headings: [names.replaceAll(',', ' | ')],
    }));
    const chunks = splitIntoChunks(documentOf([{ kind: 'table-row', text: names }, ...rows]), 'customers.csv');
    const sizes = chunks.map(({ header, text }) => estimateTokens(`${header}\n${text}`)).sort((a, b) => a - b);
    expect(sizes[sizes.length >> 1]).toBeGreaterThan(150);
    expect(sizes.at(-1)).toBeLessThanOrEqual(256);
  });

  it('keeps the attachments of a mail apart from it and from each other, however small', () => {
    const pieces = [undefined, 'a.txt', 'a.txt', 'b.txt'].map((attachment, at) => ({
      kind: 'paragraph' as const,
      text: `Short text ${at}.`,
      ...(attachment === undefined ? {} : { attachment }),
    }));
    const chunks = splitIntoChunks(documentOf(pieces), 'mail.eml');
    expect(chunks.map(({ attachment, text }) => [attachment, text])).toEqual([
      [undefined, 'Short text 0.'],
      ['a.txt', 'Short text 1.\nShort text 2.'],
      ['b.txt', 'Short text 3.'],
    ]);
  });

  it('joins small sections and fills long ones evenly', () => {
    const small = Array.from({ length: 6 }, (_unused, at) => ({
      kind: 'paragraph' as const,
      text: `Short section ${at}.`,
      headings: [`H${at}`],
    }));
    expect(splitIntoChunks(documentOf(small), 'x')).toHaveLength(1);
    const long = splitIntoChunks(
      documentOf([{ kind: 'paragraph', text: 'Gravel is sold by the ton here. '.repeat(70) }]),
      'x',
    );
    const sizes = long.map((chunk) => chunk.text.length);
    expect(Math.min(...sizes) / Math.max(...sizes)).toBeGreaterThan(0.7);
  });

  it('splits twenty thousand rows of one page without going quadratic', () => {
    const rows = Array.from({ length: 20_000 }, (_unused, at) => ({
      kind: 'table-row' as const,
      text: `row ${at} | value ${at}`,
    }));
    const started = performance.now();
    expect(splitIntoChunks(documentOf(rows), 'big.csv').length).toBeGreaterThan(900);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('sentences', () => {
  it.each([
    ['One. Two! Three?', ['One.', 'Two!', 'Three?']],
    [
      'Dr. Meyer met Mr. B. Jones at 3.5 p.m. yesterday. He left.',
      ['Dr. Meyer met Mr. B. Jones at 3.5 p.m. yesterday.', 'He left.'],
    ],
    ['See e.g. the annex. Done.', ['See e.g. the annex.', 'Done.']],
    ['“Is it?” she asked. Yes.', ['“Is it?” she asked.', 'Yes.']],
    ['東京は首都です。人口は多い。', ['東京は首都です。', '人口は多い。']],
    ['A heading\n\nA paragraph', ['A heading', 'A paragraph']],
    ['1. Scope of work', ['1. Scope of work']],
    ['  \n ', []],
  ])('of %j', (text, expected) => {
    expect(splitIntoSentences(text).map(({ start, end }) => text.slice(start, end))).toEqual(expected);
  });
});
