import { basename, extname } from 'node:path';
import { displayName, parseName, tryParseName } from '../names.ts';

/** `Qwen2.5 7B Instruct` → `qwen2.5-7b-instruct`; empty when nothing is left. */
const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9._]+/g, '-')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '')
    .slice(0, 80)
    .replace(/[^a-z0-9]+$/, '');

/** How an imported model is called: as asked, else as it calls itself, else as its file is called. Always a full name with its tag. */
export function importName(asked: string | undefined, own: string | null, path: string): string {
  if (asked !== undefined) return displayName(parseName(asked));
  for (const candidate of [own ?? '', basename(path, extname(path))]) {
    const parsed = tryParseName(plain(candidate));
    if (parsed !== null) return displayName(parsed);
  }
  return displayName(parseName('imported'));
}
