/**
 * Cuts markdown into blocks that can be parsed alone, so that of a growing answer only the last block is parsed again.
 * The cuts depend on nothing behind them but the line that follows: what was cut stays cut. References across blocks
 * (`[x]: address`, footnotes) are therefore shown as written.
 */
export interface Block {
  readonly kind: 'markdown' | 'code';
  /** Markdown, or the code without its fence. */
  readonly source: string;
  /** For code: the word after the fence. */
  readonly language: string;
}

/** A block longer than this is cut where it can be: parsing cost per frame stays flat however long an answer gets. */
const longest = 4000;

const fenceStart = /^ {0,3}(`{3,}|~{3,})([^`]*)$/;
const listItem = /^ {0,3}(?:[-*+]|\d{1,9}[.)])(?:\s|$)/;
const perhapsItem = /^ {0,3}(?:[-*+]|\d{1,9}[.)]?)?$/;
const indented = /^(?: {2,}|\t)\S/;
const insideFence = /^\s*(`{3,}|~{3,})/;

interface Cutter {
  readonly blocks: Block[];
  lines: string[];
  length: number;
  /** A blank line came; the next line decides whether the block goes on. */
  blank: boolean;
  /** The mark of a fence inside a list item, while it is open. */
  nested: string | null;
  list: boolean;
}

function flush(state: Cutter): void {
  const source = state.lines.join('\n').trimEnd();
  if (source.trim() !== '') state.blocks.push(...cutLong(source, state.list));
  state.lines = [];
  state.length = 0;
  state.blank = false;
  state.nested = null;
  state.list = false;
}

/** A block of thousands of characters is cut at the next good place; a table's parts carry its head. */
function cutLong(source: string, list: boolean): Block[] {
  const blocks: Block[] = [];
  const prefix = prefixOf(source);
  // The items of a list are cut apart as they come; only one that has no end at all is cut inside.
  const least = list ? longest * 2 : longest;
  let rest = source;
  for (;;) {
    const cut = cutAt(rest, least, prefix !== '');
    if (cut >= rest.length) break;
    blocks.push({ kind: 'markdown', source: rest.slice(0, cut).trimEnd(), language: '' });
    rest = prefix + rest.slice(cut).trimStart();
  }
  blocks.push({ kind: 'markdown', source: rest, language: '' });
  return blocks;
}

const tableHead = /^\s*\|?[^\n]*\|[^\n]*\n[ :|-]*-[ :|-]*\n/;

/** What the next part of a cut block starts with: the head of a table, nothing otherwise. */
const prefixOf = (source: string): string => tableHead.exec(source.slice(0, longest))?.[0] ?? '';

/** Letters in a row without a space cost the parser their square (it looks for e-mail addresses in them). */
const longestWord = 2000;

/**
 * Behind the limit: the first line end of a table or quote, the first sentence end, else the first space, else twice the
 * limit. Depends on nothing behind the cut, so that what is cut stays cut while the text grows.
 */
function cutAt(text: string, least: number, rows: boolean): number {
  if (text.length > longestWord && !/\s/.test(text.slice(longestWord / 2, longestWord))) return longestWord;
  const behind = text.slice(least, least + longest);
  const end = rows || text.startsWith('>') ? /\n/.exec(behind) : /[.!?…]["”’)\]\d]*\s|\n/.exec(behind);
  if (end !== null) return least + end.index + end[0].length;
  if (behind.length < longest) return text.length;
  const space = /\s/.exec(behind);
  return least + (space === null ? longest : space.index + 1);
}

function add(state: Cutter, line: string): void {
  const fence = insideFence.exec(line)?.[1];
  if (state.list && fence !== undefined) {
    if (state.nested === null) state.nested = fence;
    else if (fence.startsWith(state.nested)) state.nested = null;
  }
  if (state.lines.length === 0) state.list = listItem.test(line);
  state.lines.push(line);
  state.length += line.length + 1;
  state.blank = false;
}

function goesOn(state: Cutter, line: string, last: boolean): boolean {
  if (!state.list) return false;
  return listItem.test(line) || indented.test(line) || (last && perhapsItem.test(line));
}

function takeLine(state: Cutter, line: string, last: boolean): void {
  if (state.nested !== null) {
    add(state, line);
    return;
  }
  if (line.trim() === '') {
    if (state.lines.length > 0) {
      state.lines.push('');
      state.blank = true;
    }
    return;
  }
  const tooLong = state.list && state.length > longest && listItem.test(line) && !/^\s/.test(line);
  if (tooLong || (state.blank && !goesOn(state, line, last))) flush(state);
  add(state, line);
}

export function splitBlocks(text: string): Block[] {
  const state: Cutter = { blocks: [], lines: [], length: 0, blank: false, nested: null, list: false };
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const fence = state.list && state.lines.length > 0 && indented.test(line) ? null : fenceStart.exec(line);
    if (fence === null || state.nested !== null) {
      takeLine(state, line, at === lines.length - 1);
      continue;
    }
    flush(state);
    const end = endOfFence(lines, at + 1, fence[1] ?? '```');
    state.blocks.push({ kind: 'code', source: lines.slice(at + 1, end).join('\n'), language: (fence[2] ?? '').trim() });
    at = end;
  }
  flush(state);
  return state.blocks;
}

function endOfFence(lines: readonly string[], from: number, mark: string): number {
  const close = new RegExp(`^ {0,3}${mark[0] === '~' ? '~' : '`'}{${mark.length},}\\s*$`);
  for (let at = from; at < lines.length; at += 1) if (close.test(lines[at] ?? '')) return at;
  return lines.length;
}

/** Closes emphasis and code that a growing last block has open, so that half a word is not drawn in asterisks. */
export function closeMarks(source: string): string {
  const withoutCode = source.replace(/`[^`\n]*`/g, '');
  if ((withoutCode.split('`').length - 1) % 2 === 1) return `${source}\``;
  const strong = withoutCode.split('**').length - 1;
  return strong % 2 === 1 && !/\*\*\s*$/.test(source) ? `${source}**` : source;
}
