import './newer-builtins.ts';
import 'pdfjs-dist/build/pdf.worker.mjs';
import { getDocument, type PDFDocumentLoadingTask, type PDFDocumentProxy } from 'pdfjs-dist';
import { limits } from '../../limits.ts';
import { DocumentWriter } from '../document-writer.ts';
import { refuse, Refusal } from '../refusal.ts';
import type { Reader } from '../source.ts';
import { dataFolder } from './data-folder.ts';
import { readForm, type FormField } from './form.ts';
import { inflateAtOnce } from './inflate.ts';
import { layOut } from './layout.ts';
import { piecesOf, type PageContent, type TextItem } from './pieces.ts';

inflateAtOnce();

/** Drawing never happens here: fonts are read for their letters and widths alone, pictures not at all. */
function open(bytes: Buffer): PDFDocumentLoadingTask {
  const data = dataFolder();
  return getDocument({
    data: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    cMapUrl: `${data}/cmaps/`,
    standardFontDataUrl: `${data}/standard_fonts/`,
    disableFontFace: true,
    useSystemFonts: false,
    useWorkerFetch: false,
    useWasm: false,
    enableXfa: false,
    maxImageSize: 1024,
    verbosity: 0,
  });
}

function reasonOf(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown;
  const name = thrown instanceof Error ? thrown.name : '';
  return new Refusal(name === 'PasswordException' ? 'password' : 'damaged');
}

async function readPage(document: PDFDocumentProxy, number: number, label: string | undefined): Promise<PageContent> {
  const page = await document.getPage(number);
  const viewport = page.getViewport({ scale: 1 });
  const content = await page.getTextContent();
  const matrix = viewport.transform as unknown as Parameters<typeof piecesOf>[2];
  const { pieces, turned } = piecesOf(content.items as TextItem[], content.styles, matrix);
  page.cleanup();
  return { width: viewport.width, height: viewport.height, label, pieces, turned };
}

/** A page that cannot be read leaves a gap that is named; the others are still worth reading. */
async function readPages(document: PDFDocumentProxy): Promise<{ pages: PageContent[]; broken: number[] }> {
  const labels = await document.getPageLabels().catch(() => null);
  const pages: PageContent[] = [];
  const broken: number[] = [];
  for (let number = 1; number <= document.numPages; number += 1) {
    try {
      pages.push(await readPage(document, number, labels?.[number - 1] ?? undefined));
    } catch (thrown) {
      if (thrown instanceof RangeError) throw thrown;
      broken.push(number);
      pages.push({ width: 0, height: 0, label: undefined, pieces: [], turned: [] });
    }
  }
  return { pages, broken };
}

async function titleOf(document: PDFDocumentProxy): Promise<string | undefined> {
  const metadata = await document.getMetadata().catch(() => null);
  const title = (metadata?.info as { Title?: unknown } | undefined)?.Title;
  return typeof title === 'string' ? title : undefined;
}

function isBlank(page: PageContent): boolean {
  return page.pieces.length === 0 && page.turned.length === 0;
}

/** “1 page holds”, “2 pages hold”. */
function counted(pages: number, one: string, many: string): string {
  return pages === 1 ? `1 page ${one}` : `${pages} pages ${many}`;
}

function warnings(writer: DocumentWriter, pages: readonly PageContent[], broken: readonly number[]): void {
  const blank = pages.filter(isBlank).length - broken.length;
  if (blank > 0)
    writer.warn(`${counted(blank, 'holds', 'hold')} no text (a picture, or blank); nothing was read there.`);
  if (broken.length > 0) writer.warn(`${counted(broken.length, 'is', 'are')} damaged and could not be read.`);
}

async function read(document: PDFDocumentProxy): Promise<DocumentWriter> {
  if (document.numPages > limits.pages) refuse('too_many_pages');
  const { pages, broken } = await readPages(document);
  const fields: FormField[] = await readForm(document);
  if (broken.length === pages.length) refuse('damaged');
  if (pages.every(isBlank) && fields.length === 0) refuse('scanned');
  const writer = new DocumentWriter('pdf', { paged: true });
  writer.title(await titleOf(document));
  layOut(pages, fields, writer);
  warnings(writer, pages, broken);
  return writer;
}

export const readPdf: Reader = async ({ bytes }) => {
  const task = open(bytes);
  try {
    return (await read(await task.promise)).finish();
  } catch (thrown) {
    if (thrown instanceof RangeError) throw thrown;
    throw reasonOf(thrown);
  } finally {
    // Its worker, fonts and the caches that pdf.js keeps for all documents go with it.
    await task.destroy().catch(() => undefined);
  }
};
