import { problems, type FileProblem } from './reasons.ts';

/** Files that systems and programs leave beside documents. */
const systemNames = new Set([
  'thumbs.db',
  'ehthumbs.db',
  'desktop.ini',
  '$recycle.bin',
  'system volume information',
  '__macosx',
  'icon\r',
]);

/** Owner files of Office (`~$report.docx`), lock files of LibreOffice, half-finished downloads, backups of editors. */
const systemShapes = [/^~\$/u, /^\.?~lock\..*#$/u, /\.(?:tmp|part|partial|crdownload|download|swp)$/iu, /~$/u];

/** Left out by name alone, before anything of it is read. */
export function ignoredByName(name: string): FileProblem | null {
  if (systemNames.has(name.toLowerCase()) || systemShapes.some((shape) => shape.test(name))) return problems.system;
  return name.startsWith('.') ? problems.hidden : null;
}
