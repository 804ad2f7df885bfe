import { PDFDocument, StandardFonts, type PDFFont, type PDFPage } from 'pdf-lib';
import { leaseQuote } from '../../../fakes/page-data.ts';

export interface Lease {
  readonly base64: string;
  readonly rectangles: readonly {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  }[];
}

const page = { width: 595, height: 842, margin: 72, size: 11, leading: 17 };

const third: readonly string[] = [
  '(1) The tenancy begins on 1 September 2021 and runs for an indefinite period. It is governed by the statutory provisions unless this agreement states otherwise.',
  `(2) ${leaseQuote} Notice must be given in writing and must reach the landlord no later than the third working day of the first month of the period.`,
  '(3) For the landlord the period in paragraph 2 is extended to six months after five years, and to nine months after eight years, from the date on which the premises were handed over.',
  '(4) The right of either party to terminate for good cause without notice remains unaffected.',
  '(5) Amendments to this section require a written addendum signed by both parties. Oral collateral agreements do not exist.',
];

function wrap(text: string, font: PDFFont, width: number): string[] {
  const lines: [string, ...string[]] = [''];
  for (const word of text.split(' ')) {
    const line = lines[lines.length - 1] ?? '';
    const longer = line === '' ? word : `${line} ${word}`;
    if (font.widthOfTextAtSize(longer, page.size) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** Draws a paragraph from this height down and gives the rectangle of each line that holds wanted words. */
function drawParagraph(
  sheet: PDFPage,
  font: PDFFont,
  text: string,
  top: number,
): { readonly bottom: number; readonly boxes: Lease['rectangles'] } {
  const boxes: { x: number; y: number; width: number; height: number }[] = [];
  const wanted = { start: text.indexOf(leaseQuote), end: text.indexOf(leaseQuote) + leaseQuote.length };
  let y = top;
  let at = 0;
  for (const line of wrap(text, font, page.width - 2 * page.margin)) {
    sheet.drawText(line, { x: page.margin, y, size: page.size, font });
    const start = Math.max(0, wanted.start - at);
    const end = Math.min(line.length, wanted.end - at);
    if (wanted.start >= 0 && end > start) {
      const left = page.margin + font.widthOfTextAtSize(line.slice(0, start), page.size);
      const width = font.widthOfTextAtSize(line.slice(start, end), page.size);
      boxes.push({
        x: left / page.width,
        y: (page.height - y - 10) / page.height,
        width: width / page.width,
        height: 13 / page.height,
      });
    }
    at += line.length + 1;
    y -= page.leading;
  }
  return { bottom: y - 8, boxes };
}

/** A lease of three pages in a font that a PDF need not carry, with the place of the quoted words. */
export async function makeLease(): Promise<Lease> {
  const document = await PDFDocument.create();
  const font = await document.embedFont(StandardFonts.TimesRoman);
  const bold = await document.embedFont(StandardFonts.HelveticaBold);
  for (const title of ['Lease agreement', '§ 5 Rent']) {
    const sheet = document.addPage([page.width, page.height]);
    sheet.drawText(title, { x: page.margin, y: 750, size: 18, font: bold });
    sheet.drawText('This page stands before the one that matters.', { x: page.margin, y: 715, size: page.size, font });
  }
  const sheet = document.addPage([page.width, page.height]);
  sheet.drawText('§ 9 Term and notice', { x: page.margin, y: 750, size: 14, font: bold });
  let top = 722;
  const rectangles: Lease['rectangles'][number][] = [];
  for (const text of third) {
    const { bottom, boxes } = drawParagraph(sheet, font, text, top);
    rectangles.push(...boxes);
    top = bottom;
  }
  return { base64: Buffer.from(await document.save()).toString('base64'), rectangles };
}
