import { degrees } from 'pdf-lib';
import { describe, expect, it } from 'vitest';
import { parsedDocumentSchema, rectanglesFor } from '../../../electron/documents/parse/index.ts';
import type { ParsedDocument } from '../../../electron/documents/types.ts';
import { pdf, type PdfPen } from '../../fixtures/documents/build.ts';
import { outline, parseHere } from '../../fixtures/documents/parse.ts';

const left =
  'the tenant keeps the rooms in good repair and shall inform the other party without delay of any fault'.split(' ');
const right =
  'payment is due on the first working day of every month and bears interest when it is late by more than ten'.split(
    ' ',
  );

function columnLines(words: readonly string[], count: number): string[] {
  return Array.from({ length: count }, (_, line) =>
    Array.from({ length: 7 }, (_each, at) => words[(line * 3 + at) % words.length]).join(' '),
  );
}

async function parsed(
  pages: readonly ((pen: PdfPen) => void)[],
  options?: Parameters<typeof pdf>[1],
): Promise<ParsedDocument> {
  const document = await parseHere(await pdf(pages, options), 'pdf');
  expect(parsedDocumentSchema.safeParse(document).error).toBeUndefined();
  return document;
}

const prose = (pen: PdfPen, fromTop: number): void => {
  pen.text('The first line of a paragraph reaches the right end of the column here and', 60, fromTop);
  pen.text('the second goes on in the same way until at last the whole of it is at an', 60, fromTop + 13);
  pen.text('end.', 60, fromTop + 26);
};

describe('reading order of a PDF page', () => {
  it('joins lines into paragraphs and parts them at a gap', async () => {
    const document = await parsed([
      (pen) => {
        prose(pen, 100);
        prose(pen, 160);
      },
    ]);
    expect(document.blocks.map((block) => block.kind)).toEqual(['paragraph', 'paragraph']);
    expect(document.text.slice(0, 100)).toContain('right end of the column here and the second goes on');
  });

  it('reads two columns one after the other, below a title across both', async () => {
    const [a, b] = [columnLines(left, 12), columnLines(right, 12)];
    const document = await parsed([
      (pen) => {
        pen.text('A title that runs across both of the columns of the page', 60, 60, { size: 18 });
        a.forEach((line, index) => pen.text(line, 50, 100 + index * 13));
        b.forEach((line, index) => pen.text(line, 320, 106 + index * 13));
      },
    ]);
    const text = document.text.replaceAll('\n', ' ');
    expect(outline(document)[0]).toBe('heading: A title that runs across both of the columns of the page');
    expect(text.indexOf(a.at(-1)!)).toBeGreaterThan(0);
    expect(text.indexOf(b[0]!)).toBeGreaterThan(text.indexOf(a.at(-1)!));
  });

  it('keeps the rows of a table together, with the names of its columns', async () => {
    const rows = [
      ['Item', 'At home', 'Abroad'],
      ['Daily allowance', 'EUR 38', 'EUR 62'],
      ['Hotel, at most', 'EUR 145', 'EUR 190'],
    ];
    const document = await parsed([
      (pen) => {
        prose(pen, 60);
        rows.forEach((row, at) =>
          row.forEach((cell, column) => pen.text(cell, 60 + column * 150, 130 + at * 18, { bold: at === 0 })),
        );
      },
    ]);
    expect(outline(document).slice(1)).toEqual(rows.map((row) => `table-row: ${row.join(' | ')}`));
    expect(document.blocks.at(-1)?.headings).toEqual(['Item | At home | Abroad']);
  });

  it('puts the second line of a cell into its cell', async () => {
    const document = await parsed([
      (pen) => {
        ['Seats:', '4', 'Restraint:', 'Seatbelt,'].forEach((cell, at) => pen.text(cell, 60 + at * 120, 100));
        pen.text('harness', 420, 112);
        ['Engines:', '1', 'Rated power:', '150 hp'].forEach((cell, at) => pen.text(cell, 60 + at * 120, 130));
      },
    ]);
    expect(outline(document)).toEqual([
      'table-row: Seats: | 4 | Restraint: | Seatbelt, harness',
      'table-row: Engines: | 1 | Rated power: | 150 hp',
    ]);
  });

  it('tells headings by size, and by a font of their own above other text', async () => {
    const document = await parsed([
      (pen) => {
        pen.text('Chapter one', 60, 60, { size: 20 });
        pen.text('Hours of work', 60, 90, { bold: true });
        prose(pen, 110);
        pen.text('Leave', 60, 165, { bold: true });
        prose(pen, 185);
      },
    ]);
    expect(document.blocks.map(({ kind, level }) => [kind, level])).toEqual([
      ['heading', 1], ['heading', 2], ['paragraph', undefined], ['heading', 2], ['paragraph', undefined],
    ]); // prettier-ignore
    expect(document.blocks.at(-1)?.headings).toEqual(['Chapter one', 'Leave']);
  });

  it('marks running heads and page numbers, and keeps them out of the text around', async () => {
    const page = (number: number) => (pen: PdfPen) => {
      pen.text('Staff handbook 2026', 60, 40, { size: 8 });
      prose(pen, 120);
      pen.text(`Page ${number} of 4`, 500, 770, { size: 8 });
    };
    const document = await parsed([1, 2, 3, 4].map(page));
    expect(outline(document).filter((line) => line.startsWith('header:'))).toHaveLength(8);
    expect(outline(document).filter((line) => !line.startsWith('header:'))).toHaveLength(4);
  });

  it('joins words broken at the end of a line, unless the document writes them with a hyphen', async () => {
    const document = await parsed([
      (pen) => {
        pen.text('The lease of these well-known rooms is extended by an agree-', 60, 100);
        pen.text('ment between both of the parties, who are indeed quite well-', 60, 113);
        pen.text('known to each other and to the court of this city by now.', 60, 126);
      },
    ]);
    expect(document.text).toContain('by an agreement between');
    expect(document.text).toContain('quite well-known to each other');
  });
});

describe('boxes of words in a PDF', () => {
  const words = 'Notice is given in writing and takes effect at the end of a month';

  async function locate(
    options: Parameters<typeof pdf>[1],
    quote: string,
  ): Promise<{ document: ParsedDocument; at: ReturnType<typeof rectanglesFor> }> {
    const document = await parsed([(pen) => pen.text(words, 100, 300, { size: 12 })], options);
    const start = document.text.indexOf(quote);
    const source = { text: document.text, start: 0 };
    return { document, at: rectanglesFor(document.pages[0]!, document.blocks, start, start + quote.length, source) };
  }

  it('places a word where its glyphs are', async () => {
    const { at } = await locate({}, 'effect');
    let expected = 0;
    let width = 0;
    await pdf([({ font }) => {
      expected = 100 + font.widthOfTextAtSize(words.slice(0, words.indexOf('effect')), 12);
      width = font.widthOfTextAtSize('effect', 12);
    }]); // prettier-ignore
    expect(at).toHaveLength(1);
    expect(at![0]!.x * 600).toBeCloseTo(expected, 0);
    expect(at![0]!.width * 600).toBeCloseTo(width, 0);
    expect(at![0]!.y * 800).toBeGreaterThan(284);
    expect((at![0]!.y + at![0]!.height) * 800).toBeLessThan(306);
  });

  it('counts from the crop box, not from the paper', async () => {
    const { document, at } = await locate({ crop: { x: 50, y: 100, width: 500, height: 600 } }, 'Notice');
    expect(document.pages[0]).toMatchObject({ width: 500, height: 600 });
    expect(at![0]!.x * 500).toBeCloseTo(50, 0);
    expect((at![0]!.y + at![0]!.height) * 600).toBeGreaterThan(195);
    expect((at![0]!.y + at![0]!.height) * 600).toBeLessThan(206);
  });

  it('places nothing on text that is turned on the page as it is seen', async () => {
    const { document, at } = await locate({ rotate: 90 }, 'Notice');
    expect(document.pages[0]).toMatchObject({ width: 800, height: 600 });
    expect(document.text).toContain(words);
    expect(at).toBeNull();
  });

  it('follows a page that is turned to be read', async () => {
    const document = await parsed(
      [({ page, font }) => page.drawText(words, { x: 300, y: 100, size: 12, font, rotate: degrees(90) })],
      { rotate: 90 },
    );
    const start = document.text.indexOf('Notice');
    const at = rectanglesFor(document.pages[0]!, document.blocks, start, start + 6, { text: document.text, start: 0 });
    expect(at![0]!.x * 800).toBeCloseTo(100, 0);
    expect(at![0]!.y * 600).toBeGreaterThan(284);
    expect((at![0]!.y + at![0]!.height) * 600).toBeLessThan(306);
  });

  it('gives one rectangle a line', async () => {
    const document = await parsed([(pen) => prose(pen, 100)]);
    const [start, end] = [document.text.indexOf('right end'), document.text.indexOf('goes on')];
    expect(
      rectanglesFor(document.pages[0]!, document.blocks, start, end, { text: document.text, start: 0 }),
    ).toHaveLength(2);
  });
});

describe('PDF files that hold no text', () => {
  it('are told apart: pictures, damage', async () => {
    await expect(parseHere(await pdf([() => undefined]), 'pdf')).rejects.toThrow('scanned');
    await expect(parseHere('%PDF-1.7\nnothing of use', 'pdf')).rejects.toThrow('damaged');
  });
});
