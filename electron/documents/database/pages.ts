import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { ParsedBlock, ParsedDocument, ParsedPage, Run } from '../types.ts';
import { rowOf, rowsOf, type Statements } from './statements.ts';

const pack = (bytes: string | Uint8Array): Buffer => deflateRawSync(bytes, { level: 1 });

/** Six doubles a run; runs of one block lie together, `[block, start, end, x, y, width, height]`. */
const numbersInARun = 7;

function packRuns(blocks: readonly ParsedBlock[]): Buffer | null {
  const numbers = blocks.flatMap((block, index) => (block.runs ?? []).flatMap((run) => [index, ...run]));
  return numbers.length === 0 ? null : pack(new Uint8Array(new Float64Array(numbers).buffer));
}

function unpackRuns(packed: Buffer): Map<number, Run[]> {
  const bytes = new Uint8Array(inflateRawSync(packed));
  const numbers = new Float64Array(bytes.buffer);
  const runs = new Map<number, Run[]>();
  for (let at = 0; at < numbers.length; at += numbersInARun) {
    const [block, ...run] = numbers.subarray(at, at + numbersInARun) as unknown as [number, ...Run];
    const list = runs.get(block);
    if (list === undefined) runs.set(block, [run]);
    else list.push(run);
  }
  return runs;
}

const withoutRuns = ({ runs: _runs, ...block }: ParsedBlock): ParsedBlock => block;

function blocksByPage(blocks: readonly ParsedBlock[]): Map<number, ParsedBlock[]> {
  const pages = new Map<number, ParsedBlock[]>();
  for (const block of blocks) {
    const list = pages.get(block.page);
    if (list === undefined) pages.set(block.page, [block]);
    else list.push(block);
  }
  return pages;
}

export function writePages(sql: Statements, content: number | bigint, parsed: ParsedDocument): void {
  const insert = sql(
    'INSERT INTO pages (content, number, label, start, end, width, height, blocks, runs) VALUES (?,?,?,?,?,?,?,?,?)',
  );
  const blocks = blocksByPage(parsed.blocks);
  for (const page of parsed.pages) {
    const own = blocks.get(page.number) ?? [];
    insert.run(
      content,
      page.number,
      page.label ?? null,
      page.start,
      page.end,
      page.width ?? null,
      page.height ?? null,
      pack(JSON.stringify(own.map(withoutRuns))),
      packRuns(own),
    );
  }
}

interface PageRow {
  readonly number: number;
  readonly label: string | null;
  readonly start: number;
  readonly end: number;
  readonly width: number | null;
  readonly height: number | null;
  readonly blocks: Buffer;
  readonly runs: Buffer | null;
}

const pageOf = (row: PageRow): ParsedPage => ({
  number: row.number,
  start: row.start,
  end: row.end,
  ...(row.label === null ? {} : { label: row.label }),
  ...(row.width === null ? {} : { width: row.width }),
  ...(row.height === null ? {} : { height: row.height }),
});

function blocksOf(row: PageRow): ParsedBlock[] {
  const blocks = JSON.parse(inflateRawSync(row.blocks).toString()) as ParsedBlock[];
  if (row.runs === null) return blocks;
  const runs = unpackRuns(row.runs);
  return blocks.map((block, index) => {
    const own = runs.get(index);
    return own === undefined ? block : { ...block, runs: own };
  });
}

export interface StoredPage {
  readonly page: ParsedPage;
  readonly blocks: readonly ParsedBlock[];
}

export function readPage(sql: Statements, content: number, number: number): StoredPage | null {
  const row = rowOf<PageRow>(sql('SELECT * FROM pages WHERE content = ? AND number = ?').get(content, number));
  return row === null ? null : { page: pageOf(row), blocks: blocksOf(row) };
}

/** The page that holds an offset: the last one that starts at or before it. */
export function pageAt(sql: Statements, content: number, offset: number): number | null {
  const row = rowOf<{ number: number }>(
    sql('SELECT number FROM pages WHERE content = ? AND start <= ? ORDER BY start DESC, number DESC LIMIT 1').get(
      content,
      offset,
    ),
  );
  return row?.number ?? null;
}

export function readPages(sql: Statements, content: number): StoredPage[] {
  const rows = rowsOf<PageRow>(sql('SELECT * FROM pages WHERE content = ? ORDER BY number').all(content));
  return rows.map((row) => ({ page: pageOf(row), blocks: blocksOf(row) }));
}
