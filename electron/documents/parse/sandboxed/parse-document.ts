import type { ParsedDocument } from '../../types.ts';
import { extensionOf, type Format } from '../extensions.ts';
import { limits } from '../limits.ts';
import type { Reason } from '../reasons.ts';
import { detect, ofArchive, type Detected } from './detect.ts';
import { readEml, readMbox } from './mail/read-mail.ts';
import { readDocx } from './office/read-docx.ts';
import { readEpub } from './office/read-epub.ts';
import { readOdp, readOdt } from './office/read-odf.ts';
import { readPptx } from './office/read-pptx.ts';
import { readOds, readXls, readXlsx } from './office/read-xlsx.ts';
import { readPdf } from './pdf/read-pdf.ts';
import { refuse, Refusal } from './refusal.ts';
import type { Reader, Source } from './source.ts';
import { readCsv } from './text/read-csv.ts';
import { readHtml } from './text/read-html.ts';
import { readMarkdown } from './text/read-markdown.ts';
import { readRtf } from './text/read-rtf.ts';
import { readJson, readText } from './text/read-text.ts';
import { readXmlData } from './text/read-xml.ts';
import { openZip } from './zip-archive.ts';

const readers: Readonly<Record<Format, Reader>> = {
  pdf: readPdf,
  docx: readDocx,
  xlsx: readXlsx,
  xls: readXls,
  pptx: readPptx,
  odt: readOdt,
  ods: readOds,
  odp: readOdp,
  epub: readEpub,
  rtf: readRtf,
  html: readHtml,
  markdown: readMarkdown,
  text: readText,
  csv: readCsv,
  eml: readEml,
  mbox: readMbox,
  json: readJson,
  xml: readXmlData,
};

/** Media types that say more than a missing ending. */
const extensionOfType: Readonly<Record<string, string>> = {
  'message/rfc822': 'eml',
  'text/html': 'html',
  'text/csv': 'csv',
  'text/plain': 'txt',
  'application/pdf': 'pdf',
};

async function formatOf(bytes: Buffer, extension: string): Promise<Format> {
  const seen = detect(bytes, extension);
  const detected: Detected = seen === 'zip' ? await ofArchive(await openZip(bytes), extension) : seen;
  return 'refused' in detected ? refuse(detected.refused) : detected.format;
}

/** What an error of a library says about the file. Its words stay here: they may quote the document. */
export function reasonOf(thrown: unknown): Reason {
  if (thrown instanceof Refusal) return thrown.reason;
  const message = thrown instanceof Error ? thrown.message : '';
  if (/call stack/i.test(message)) return 'too_deep';
  if (thrown instanceof RangeError && /allocat|string length|array length|buffer|size/i.test(message))
    return 'out_of_memory';
  return 'damaged';
}

async function parseAt(
  bytes: Buffer,
  extension: string,
  depth: number,
  declared?: Source['declared'],
): Promise<ParsedDocument> {
  if (bytes.length === 0) refuse('empty');
  if (bytes.length > limits.fileBytes) refuse('file_too_large');
  const parseNested: Source['parseNested'] = async (nested) => {
    if (depth + 1 > limits.nesting) return refuse('too_deep');
    const named = extensionOf(nested.name) || (extensionOfType[nested.declared?.type ?? ''] ?? '');
    try {
      return await parseAt(nested.bytes, named, depth + 1, nested.declared);
    } catch (thrown) {
      throw new Refusal(reasonOf(thrown));
    }
  };
  const source = { bytes, extension, depth, parseNested, ...(declared === undefined ? {} : { declared }) };
  const document = await readers[await formatOf(bytes, extension)](source);
  return document.blocks.length === 0 ? refuse('no_text') : document;
}

/** Bytes and the ending of a name in, a document out. Throws `Refusal`, or whatever a library throws. */
export function parseDocument(bytes: Buffer, extension: string): Promise<ParsedDocument> {
  return parseAt(bytes, extension, 0);
}
