import { formatOf, refusedExtensions, type Format } from '../extensions.ts';
import type { Reason } from '../reasons.ts';
import { looksBinary } from './decode-text.ts';
import type { ZipArchive } from './zip-archive.ts';

export type Detected = { readonly format: Format } | { readonly refused: Reason };

function startsWith(bytes: Buffer, signature: string): boolean {
  return bytes.subarray(0, signature.length).equals(Buffer.from(signature, 'latin1'));
}

/** Some programs write a few bytes in front; pdf.js looks into the first kilobyte, and so do we. */
function isPdf(bytes: Buffer): boolean {
  return bytes.subarray(0, 1024).includes('%PDF-');
}

const isZip = (bytes: Buffer): boolean => startsWith(bytes, 'PK\x03\x04') || startsWith(bytes, 'PK\x05\x06');
const isOle = (bytes: Buffer): boolean => startsWith(bytes, '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1');

const wide = (text: string): Buffer => Buffer.from(text, 'utf16le');

/** Streams of an OLE container, by their names in its directory (UTF-16). */
const oleStreams: readonly (readonly [Buffer, Detected])[] = [
  [wide('DRMEncryptedDataSpace'), { refused: 'restricted' }],
  [wide('EncryptedPackage'), { refused: 'password' }],
  [wide('__substg1.0_'), { refused: 'outlook' }],
  [wide('WordDocument'), { refused: 'word_97' }],
  [wide('PowerPoint Document'), { refused: 'powerpoint_97' }],
  [wide('PP97_DUALSTORAGE'), { refused: 'powerpoint_97' }],
  [wide('Workbook'), { format: 'xls' }],
  [wide('Book\0'), { format: 'xls' }],
];

/** A container may hold another one (a sheet in a letter): the ending decides between two that fit. */
function ofOle(bytes: Buffer, extension: string): Detected {
  const found = oleStreams.filter(([name]) => bytes.includes(name)).map(([, detected]) => detected);
  const first = found[0];
  if (first === undefined) return { refused: 'office_95' };
  if (
    'refused' in first &&
    (first.refused === 'password' || first.refused === 'restricted' || first.refused === 'outlook')
  )
    return first;
  const byName = Object.hasOwn(refusedExtensions, extension) ? refusedExtensions[extension] : undefined;
  const fitting = found.find((each) =>
    'refused' in each ? each.refused === byName : formatOf[extension] === each.format,
  );
  return fitting ?? first;
}

const openDocument: Readonly<Record<string, Format>> = {
  'application/vnd.oasis.opendocument.text': 'odt',
  'application/vnd.oasis.opendocument.text-template': 'odt',
  'application/vnd.oasis.opendocument.spreadsheet': 'ods',
  'application/vnd.oasis.opendocument.presentation': 'odp',
  'application/epub+zip': 'epub',
};

/** What an archive is, by what lies in it. */
export async function ofArchive(zip: ZipArchive, extension: string): Promise<Detected> {
  if (zip.has('mimetype')) {
    const type = (await zip.read('mimetype')).toString('latin1').trim();
    const format = Object.hasOwn(openDocument, type) ? openDocument[type] : undefined;
    if (format !== undefined) return { format };
  }
  const names = zip.names.map((name) => name.toLowerCase());
  const holds = (start: string): boolean => names.some((name) => name.startsWith(start));
  if (holds('word/')) return { format: 'docx' };
  if (holds('xl/')) return { format: 'xlsx' };
  if (holds('ppt/')) return { format: 'pptx' };
  if (names.includes('meta-inf/container.xml')) return { format: 'epub' };
  if (names.includes('content.xml') && formatOf[extension]?.startsWith('od') === true)
    return { format: formatOf[extension] };
  return { refused: formatOf[extension] === undefined || extension === 'zip' ? 'archive' : 'misnamed' };
}

const pictures = ['\x89PNG', '\xff\xd8\xff', 'GIF8', 'II*\0', 'MM\0*', 'BM'];
const archives = ['\x1f\x8b', '7z\xbc\xaf', 'Rar!', 'BZh', '\xfd7zXZ'];
const textFormats = new Set<Format>(['html', 'markdown', 'text', 'csv', 'eml', 'mbox', 'json', 'xml']);

function ofText(bytes: Buffer, extension: string): Detected {
  const byName = Object.hasOwn(formatOf, extension) ? formatOf[extension] : undefined;
  const head = bytes.subarray(0, 4096).toString('latin1');
  if (byName === 'xls' || byName === 'xlsx') return sheetInDisguise(head);
  if (byName !== undefined && textFormats.has(byName))
    return { format: byName === 'xml' && isHtml(head) ? 'html' : byName };
  if (byName !== undefined) return { refused: 'misnamed' };
  if (isHtml(head)) return { format: 'html' };
  if (
    /^(?:[A-Z][A-Za-z-]{1,30}:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*){3}/.test(head) &&
    /^(?:from|to|subject|message-id):/im.test(head)
  )
    return { format: 'eml' };
  return { format: 'text' };
}

function isHtml(head: string): boolean {
  return /<(?:!doctype html|html|body)[\s>]/i.test(head);
}

/** Web programs offer tables of HTML, and lists with tabs, under the name of a workbook. */
function sheetInDisguise(head: string): Detected {
  if (isHtml(head) || /<table/i.test(head)) return { format: 'html' };
  if (/^\s*<\?xml/.test(head)) return { format: 'xls' };
  return head.includes('\t') || head.includes(',') ? { format: 'csv' } : { refused: 'misnamed' };
}

/** The content has the first word, the name's ending the last, between forms of plain text. `zip`: look inside first. */
export function detect(bytes: Buffer, extension: string): Detected | 'zip' {
  if (isZip(bytes)) return refusedExtensions[extension] === 'archive' ? { refused: 'archive' } : 'zip';
  if (isOle(bytes)) return ofOle(bytes, extension);
  if (startsWith(bytes, '{\\rtf')) return { format: 'rtf' };
  if (isPdf(bytes) && (extension === 'pdf' || startsWith(bytes, '%PDF-'))) return { format: 'pdf' };
  if (pictures.some((signature) => startsWith(bytes, signature)) && looksBinary(bytes)) return { refused: 'picture' };
  if (archives.some((signature) => startsWith(bytes, signature))) return { refused: 'archive' };
  const byName = Object.hasOwn(refusedExtensions, extension) ? refusedExtensions[extension] : undefined;
  if (byName !== undefined) return { refused: byName };
  // Excel 2 to 4 wrote its records without a container.
  if (extension === 'xls' && bytes[0] === 9 && looksBinary(bytes)) return { format: 'xls' };
  return ofText(bytes, extension);
}
