import { PDFDocument, StandardFonts, rgb, type PDFFont, type PDFPage } from 'pdf-lib';
import { handbook, type HandbookPart } from './handbook.ts';

const page = { width: 595.28, height: 841.89, left: 62, right: 533, top: 760, bottom: 78 };
const ink = rgb(0.13, 0.14, 0.16);
const rule = rgb(0.75, 0.76, 0.78);
const body = { size: 10.5, leading: 15 };

interface Fonts {
  readonly body: PDFFont;
  readonly bold: PDFFont;
  readonly head: PDFFont;
}

function wrap(text: string, font: PDFFont, size: number, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && font.widthOfTextAtSize(longer, size) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

/** Sets the handbook: a title page, then chapters that follow each other, with running head and page numbers. */
class Press {
  readonly #pdf: PDFDocument;
  readonly #fonts: Fonts;
  #page: PDFPage;
  #y: number = page.top;

  constructor(pdf: PDFDocument, fonts: Fonts) {
    this.#pdf = pdf;
    this.#fonts = fonts;
    this.#page = pdf.addPage([page.width, page.height]);
  }

  titlePage(): void {
    this.#page.drawText('Halden & Voss', { x: page.left, y: 620, size: 14, font: this.#fonts.head, color: ink });
    this.#page.drawText('Employee handbook', { x: page.left, y: 574, size: 30, font: this.#fonts.head, color: ink });
    this.#page.drawText('Version 4, in force from 1 January 2026', {
      x: page.left,
      y: 540,
      size: 11,
      font: this.#fonts.body,
      color: ink,
    });
    const note = 'Questions about this handbook go to the People team: people@haldenvoss.example, extension 4120.';
    this.#page.drawText(note, { x: page.left, y: 120, size: body.size, font: this.#fonts.body, color: ink });
    this.#turn();
  }

  part(part: HandbookPart): void {
    if (part.kind === 'chapter') this.#heading(part.text, 17, 26, 150);
    else if (part.kind === 'section') this.#heading(part.text, 12.5, 14, 80);
    else if (part.kind === 'table') this.#table(part.rows, part.widths);
    else this.#paragraph(part.text, part.kind === 'item' ? 14 : 0);
  }

  finish(): void {
    const pages = this.#pdf.getPages();
    for (const [index, each] of pages.entries()) {
      if (index === 0) continue;
      const number = `${index + 1}`;
      const head = { size: 8.5, font: this.#fonts.body, color: ink };
      each.drawText('Halden & Voss · Employee handbook 2026', { x: page.left, y: 800, ...head });
      each.drawText(number, { x: page.right - this.#fonts.body.widthOfTextAtSize(number, 8.5), y: 44, ...head });
    }
  }

  #turn(): void {
    this.#page = this.#pdf.addPage([page.width, page.height]);
    this.#y = page.top;
  }

  #need(room: number): void {
    if (this.#y - room < page.bottom) this.#turn();
  }

  #heading(text: string, size: number, above: number, room: number): void {
    this.#need(room);
    if (this.#y < page.top) this.#y -= above;
    this.#page.drawText(text, { x: page.left, y: this.#y, size, font: this.#fonts.head, color: ink });
    this.#y -= size + 9;
  }

  #paragraph(text: string, indent: number): void {
    for (const line of wrap(text, this.#fonts.body, body.size, page.right - page.left - indent)) {
      this.#need(body.leading);
      this.#page.drawText(line, {
        x: page.left + indent,
        y: this.#y,
        size: body.size,
        font: this.#fonts.body,
        color: ink,
      });
      this.#y -= body.leading;
    }
    this.#y -= 6;
  }

  #table(rows: readonly (readonly string[])[], widths: readonly number[]): void {
    this.#need(rows.length * 19 + 10);
    for (const [index, row] of rows.entries()) {
      let x = page.left;
      const font = index === 0 ? this.#fonts.bold : this.#fonts.body;
      for (const [column, cell] of row.entries()) {
        this.#page.drawText(cell, { x, y: this.#y, size: 10, font, color: ink });
        x += widths[column] ?? 100;
      }
      const y = this.#y - 6;
      this.#page.drawLine({ start: { x: page.left, y }, end: { x: page.right, y }, thickness: 0.5, color: rule });
      this.#y -= 19;
    }
    this.#y -= 8;
  }
}

/** The same bytes each time: fixed dates, no random ids. */
export async function writeHandbook(): Promise<Uint8Array> {
  const pdf = await PDFDocument.create({ updateMetadata: false });
  const fonts: Fonts = {
    body: await pdf.embedFont(StandardFonts.TimesRoman),
    bold: await pdf.embedFont(StandardFonts.TimesRomanBold),
    head: await pdf.embedFont(StandardFonts.HelveticaBold),
  };
  pdf.setTitle('Employee handbook');
  pdf.setAuthor('Halden & Voss');
  pdf.setLanguage('en');
  pdf.setCreationDate(new Date('2025-12-15T09:00:00Z'));
  pdf.setModificationDate(new Date('2025-12-15T09:00:00Z'));
  const press = new Press(pdf, fonts);
  press.titlePage();
  for (const part of handbook) press.part(part);
  press.finish();
  return pdf.save();
}
