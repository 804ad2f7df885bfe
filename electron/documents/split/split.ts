import type { Chunk, ParsedBlock, ParsedDocument, ParsedPage } from '../types.ts';
import { columnsOf, commonHeadings, documentTitle, headerOf } from './header.ts';
import { sectionsOf } from './sections.ts';
import { headTables, type HeadedTables } from './tables.ts';
import { estimateTokens, foreignness } from './tokens.ts';
import { unitsOf, type Unit } from './units.ts';

export interface SplitLimits {
  /** Word pieces of header and text together; all-MiniLM reads 256 with its two marks. */
  readonly most: number;
  /** Neighbouring sections below this are joined. */
  readonly least: number;
}

export const splitLimits: SplitLimits = { most: 250, least: 60 };

/** Splits a document into passages. For each, `parsed.text.slice(start, end) === text`, inside one page. */
export function splitIntoChunks(parsed: ParsedDocument, name: string, limits: SplitLimits = splitLimits): Chunk[] {
  const title = documentTitle(parsed, name);
  const fitting = { ...limits, most: Math.round(limits.most / foreignness(parsed.text)) };
  const blocks = blocksByPage(parsed.blocks);
  return parsed.pages.flatMap((page) => splitPage(parsed.text, page, blocks.get(page.number) ?? [], title, fitting));
}

function blocksByPage(blocks: readonly ParsedBlock[]): Map<number, ParsedBlock[]> {
  const pages = new Map<number, ParsedBlock[]>();
  for (const block of blocks) {
    const own = pages.get(block.page);
    if (own === undefined) pages.set(block.page, [block]);
    else own.push(block);
  }
  return pages;
}

function splitPage(
  text: string,
  page: ParsedPage,
  blocks: readonly ParsedBlock[],
  title: string,
  limits: SplitLimits,
): Chunk[] {
  const tables = headTables(blocks);
  const sections = sectionsOf(tables.blocks);
  const room = roomOn(text, page, tables, title, limits);
  const units = sections.map((section) =>
    section.flatMap((block) => unitsOf(text, block, block.kind === 'table-row' ? room.table : room.prose)),
  );
  const groups = joinSmall(units, limits, room);
  return groups.flatMap((group) =>
    pack(group, roomOf(group, room)).map((own) => chunkOf(text, page, own, title, tables.heads)),
  );
}

/** What the longest header of a page leaves for its text; a table's columns stand in the header too. */
interface Room {
  readonly prose: number;
  readonly table: number;
}

function roomOn(
  text: string,
  page: ParsedPage,
  { blocks, heads }: HeadedTables,
  title: string,
  limits: SplitLimits,
): Room {
  const paths = new Map(blocks.map((block) => [(block.headings ?? []).join('\u0000'), block.headings ?? []]));
  const headers = [...paths.values()].map((headings) => estimateTokens(headerOf(title, headings, page.label)));
  const prose = limits.most - Math.max(0, ...headers);
  const columns = [...new Set(heads.values())].map((head) => estimateTokens(columnsIn(text, head)));
  return { prose, table: prose - columns.reduce((most, tokens) => Math.max(most, tokens), 0) };
}

const columnsIn = (text: string, head: ParsedBlock): string => columnsOf(text.slice(head.start, head.end));

const roomOf = (units: readonly Unit[], room: Room): number =>
  units.some((unit) => unit.block.kind === 'table-row') ? room.table : room.prose;

const sum = (units: readonly Unit[]): number => units.reduce((total, unit) => total + unit.tokens, 0);

/** A passage is cited under one name: attachments of a mail are kept apart, and from the mail itself. */
const isOfOne = (one: readonly Unit[], other: readonly Unit[]): boolean =>
  one[0]?.block.attachment === other[0]?.block.attachment;

function joinSmall(sections: readonly Unit[][], limits: SplitLimits, room: Room): Unit[][] {
  const joined: { units: Unit[]; tokens: number }[] = [];
  for (const units of sections) {
    const tokens = sum(units);
    const last = joined.at(-1);
    const small = last !== undefined && (last.tokens < limits.least || tokens < limits.least);
    const fits = small && last.tokens + tokens <= roomOf([...last.units, ...units], room);
    if (fits && isOfOne(last.units, units)) {
      last.units.push(...units);
      last.tokens += tokens;
    } else if (units.length > 0) joined.push({ units, tokens });
  }
  return joined.map((group) => group.units);
}

/** Fills passages evenly, so that a long section does not end in a scrap. They do not overlap: that gained nothing. */
function pack(units: readonly Unit[], room: number): Unit[][] {
  const total = sum(units);
  const target = total / Math.ceil(total / room);
  const passages: Unit[][] = [];
  let open: Unit[] = [];
  let tokens = 0;
  for (const unit of units) {
    if (open.length > 0 && (tokens + unit.tokens > room || (tokens >= target && total > room))) {
      passages.push(open);
      open = [];
      tokens = 0;
    }
    open.push(unit);
    tokens += unit.tokens;
  }
  if (open.length > 0) passages.push(open);
  return passages;
}

function chunkOf(
  text: string,
  page: ParsedPage,
  units: readonly Unit[],
  title: string,
  tables: ReadonlyMap<ParsedBlock, ParsedBlock>,
): Chunk {
  const first = units[0];
  const last = units.at(-1);
  if (first === undefined || last === undefined) throw new RangeError('A passage has at least one sentence.');
  const header = headerOf(title, commonHeadings(units.map((unit) => unit.block)), page.label);
  const head = tables.get(first.block);
  const columns = head === undefined || units.some((unit) => unit.block === head) ? '' : `\n${columnsIn(text, head)}`;
  return {
    page: page.number,
    start: first.start,
    end: last.end,
    header: header + columns,
    text: text.slice(first.start, last.end),
    ...(first.block.attachment === undefined ? {} : { attachment: first.block.attachment }),
  };
}
