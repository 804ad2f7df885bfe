import { dirname, join } from 'node:path';

const flag = '--snapshot-blob';

/** Where the build puts pdf.js's character maps and the widths of the standard fonts: beside what this process runs. */
export function dataFolder(): string {
  const at = process.execArgv.indexOf(flag);
  const snapshot = at === -1 ? undefined : process.execArgv[at + 1];
  return join(snapshot === undefined ? import.meta.dirname : dirname(snapshot), 'pdfjs');
}
