import type { ParsedBlock } from '../types.ts';

/** A run of blocks of one page under one heading. */
export type Section = readonly ParsedBlock[];

/** Cuts the blocks of one page before each heading, and wherever the heading path or the attachment changes. */
export function sectionsOf(blocks: readonly ParsedBlock[]): Section[] {
  const sections: ParsedBlock[][] = [];
  let previous: ParsedBlock | null = null;
  for (const block of blocks) {
    const open = sections.at(-1);
    if (open === undefined || (previous !== null && startsSection(block, previous))) sections.push([block]);
    else open.push(block);
    previous = block;
  }
  return sections;
}

function startsSection(block: ParsedBlock, previous: ParsedBlock): boolean {
  if (block.attachment !== previous.attachment) return true;
  // Headings that follow each other belong to the text below them.
  if (previous.kind === 'heading') return false;
  return block.kind === 'heading' || path(block) !== path(previous);
}

const path = (block: ParsedBlock): string => (block.headings ?? []).join('\u0000');
