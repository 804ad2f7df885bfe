import type { ParsedBlock } from '../types.ts';

/** The blocks of a page, and for each later row of a table its first row. */
export interface HeadedTables {
  readonly blocks: readonly ParsedBlock[];
  readonly heads: ReadonlyMap<ParsedBlock, ParsedBlock>;
}

/**
 * Finds the first row of every table. Where it names the columns, parsers put it below the headings of the later rows; it
 * stands in front of their passages anyway, so there it is left out.
 */
export function headTables(blocks: readonly ParsedBlock[]): HeadedTables {
  const heads = new Map<ParsedBlock, ParsedBlock>();
  let head: ParsedBlock | null = null;
  let depth = 0;
  const headed = blocks.map((block) => {
    const before = depth;
    depth = depthOf(block);
    if (block.kind !== 'table-row') head = null;
    // Back from named columns: the first row of the next table.
    else if (head === null || depth < before || !isBelow(block, head)) head = block;
    else {
      const row = depth > depthOf(head) ? withHeadings(block, head.headings) : block;
      heads.set(row, head);
      return row;
    }
    return block;
  });
  return { blocks: headed, heads };
}

const depthOf = ({ headings = [] }: ParsedBlock): number => headings.length;

/** Under the same headings, or one more: the names of the columns. */
function isBelow(row: ParsedBlock, head: ParsedBlock): boolean {
  const { headings: above = [] } = head;
  const { headings: own = [] } = row;
  return own.length <= above.length + 1 && above.every((heading, at) => own[at] === heading);
}

function withHeadings({ headings: _own, ...block }: ParsedBlock, headings: readonly string[] | undefined): ParsedBlock {
  return headings === undefined ? block : { ...block, headings };
}
