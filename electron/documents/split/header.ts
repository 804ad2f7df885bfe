import type { ParsedBlock, ParsedDocument } from '../types.ts';
import { estimateTokens } from './tokens.ts';

/** What stands in front of a passage must leave room for the passage. */
const longestHeader = 40;
const longestColumns = 60;

/** `Handbook (staff-2026) > Leave > Parental leave`: goes into both indexes, never into a citation. */
export function documentTitle(parsed: Pick<ParsedDocument, 'title'>, name: string): string {
  const stem = name.replace(/\.[^.]{1,8}$/u, '').trim();
  const title = parsed.title?.replace(/\s+/gu, ' ').trim() ?? '';
  if (title === '' || title.toLowerCase() === stem.toLowerCase()) return stem;
  return stem === '' ? title : `${title} (${stem})`;
}

/** Headings that all blocks of a passage stand under. */
export function commonHeadings(blocks: readonly ParsedBlock[]): readonly string[] {
  const [first, ...rest] = blocks.map((block) => block.headings ?? []);
  if (first === undefined) return [];
  let shared = first.length;
  for (const path of rest) {
    let same = 0;
    while (same < shared && path[same] === first[same]) same += 1;
    shared = same;
  }
  return first.slice(0, shared);
}

/** The deepest headings say most, so the outer ones go first when there is no room. */
export function headerOf(title: string, headings: readonly string[], pageLabel: string | undefined): string {
  const label = pageLabel !== undefined && /\p{L}/u.test(pageLabel) && !headings.includes(pageLabel) ? [pageLabel] : [];
  const path = [...label, ...headings.filter((heading) => heading !== title)];
  while (path.length > 1 && estimateTokens([title, ...path].join(' > ')) > longestHeader) path.shift();
  return shorten([title, ...path].filter((part) => part !== '').join(' > '), longestHeader);
}

/** The first row of a table stands in front of every later piece of it. */
export const columnsOf = (row: string): string => shorten(row.replace(/\s+/gu, ' ').trim(), longestColumns);

function shorten(text: string, tokens: number): string {
  if (estimateTokens(text) <= tokens) return text;
  const words = text.split(' ');
  while (words.length > 1 && estimateTokens(words.join(' ')) > tokens) words.pop();
  const short = words.join(' ');
  return estimateTokens(short) <= tokens ? short : short.slice(0, tokens * 2);
}
