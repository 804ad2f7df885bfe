import type { Reason } from './reasons.ts';

export type Format =
  | 'pdf'
  | 'docx'
  | 'xlsx'
  | 'xls'
  | 'pptx'
  | 'odt'
  | 'ods'
  | 'odp'
  | 'epub'
  | 'rtf'
  | 'html'
  | 'markdown'
  | 'text'
  | 'csv'
  | 'eml'
  | 'mbox'
  | 'json'
  | 'xml';

/** What a name promises. The content has the last word (see `sandboxed/detect.ts`). */
export const formatOf: Readonly<Record<string, Format>> = {
  pdf: 'pdf',
  docx: 'docx',
  docm: 'docx',
  dotx: 'docx',
  xlsx: 'xlsx',
  xlsm: 'xlsx',
  xlsb: 'xlsx',
  xltx: 'xlsx',
  xls: 'xls',
  pptx: 'pptx',
  pptm: 'pptx',
  ppsx: 'pptx',
  potx: 'pptx',
  odt: 'odt',
  ott: 'odt',
  ods: 'ods',
  odp: 'odp',
  epub: 'epub',
  rtf: 'rtf',
  html: 'html',
  htm: 'html',
  xhtml: 'html',
  md: 'markdown',
  markdown: 'markdown',
  txt: 'text',
  text: 'text',
  log: 'text',
  rst: 'text',
  tex: 'text',
  csv: 'csv',
  tsv: 'csv',
  eml: 'eml',
  mbox: 'mbox',
  json: 'json',
  jsonl: 'json',
  xml: 'xml',
};

/** Endings that are refused by name alone, each with what to do instead. */
export const refusedExtensions: Readonly<Record<string, Reason>> = {
  doc: 'word_97',
  dot: 'word_97',
  ppt: 'powerpoint_97',
  pps: 'powerpoint_97',
  pot: 'powerpoint_97',
  msg: 'outlook',
  zip: 'archive',
  gz: 'archive',
  tgz: 'archive',
  tar: 'archive',
  '7z': 'archive',
  rar: 'archive',
  png: 'picture',
  jpg: 'picture',
  jpeg: 'picture',
  gif: 'picture',
  tif: 'picture',
  tiff: 'picture',
  heic: 'picture',
  webp: 'picture',
  bmp: 'picture',
  mp3: 'sound',
  wav: 'sound',
  m4a: 'sound',
  mp4: 'sound',
  mov: 'sound',
};

/** Without dots, lower case: what a folder is searched for. */
export const supportedExtensions: readonly string[] = Object.keys(formatOf);

/** The ending of a name, without dot, lower case; empty when there is none. Nothing else of a name reaches the sandbox. */
export function extensionOf(name: string): string {
  const match = /\.([A-Za-z0-9]{1,12})$/.exec(name);
  return match?.[1]?.toLowerCase() ?? '';
}
