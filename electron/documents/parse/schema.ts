import { z } from 'zod';
import type { ParsedDocument, Run } from '../types.ts';
import { limits } from './limits.ts';
import { reasonNames } from './reasons.ts';

const offset = z.number().int().min(0).max(limits.textLength);
/** Points. PDF allows 14,400; pictures of plans reach more through user units. */
const length = z.number().min(0).max(1_000_000);

/** A tuple schema costs a second on 500,000 runs; six comparisons do not. */
function isRun(value: unknown): value is Run {
  return (
    Array.isArray(value) && value.length === 6 && value.every(Number.isFinite) && value[0] >= 0 && value[0] <= value[1]
  );
}

const runs = z.custom<readonly Run[]>((value) => Array.isArray(value) && value.every(isRun));

const block = z.strictObject({
  kind: z.enum(['heading', 'paragraph', 'list-item', 'table-row', 'code', 'quote', 'header']),
  page: z.number().int().min(1).max(limits.pages),
  start: offset,
  end: offset,
  level: z.number().int().min(1).max(12).optional(),
  headings: z.array(z.string().max(limits.headingLength)).max(limits.headingDepth).optional(),
  locator: z.string().max(limits.headingLength).optional(),
  attachment: z.string().max(limits.headingLength).optional(),
  runs: runs.optional(),
});

const page = z.strictObject({
  number: z.number().int().min(1).max(limits.pages),
  label: z.string().max(limits.headingLength).optional(),
  start: offset,
  end: offset,
  width: length.optional(),
  height: length.optional(),
});

type Checked = z.infer<typeof shape>;

/** Offsets must be inside the text, ordered, and inside the block's own page: everything later slices by them. */
function isConsistent({ text, pages, blocks }: Checked): boolean {
  const byNumber = new Map(pages.map((each) => [each.number, each]));
  let last = 0;
  const ordered = blocks.every((each) => {
    const home = byNumber.get(each.page);
    const inside = home !== undefined && home.start <= each.start && each.end <= home.end;
    const inOrder = last <= each.start && each.start <= each.end;
    const ownRuns = (each.runs ?? []).every(([start, end]) => each.start <= start && end <= each.end);
    last = each.end;
    return inside && inOrder && ownRuns;
  });
  return ordered && pages.every((each) => each.start <= each.end && each.end <= text.length);
}

const shape = z.strictObject({
  format: z.string().regex(/^[a-z0-9]{1,12}$/),
  title: z.string().max(limits.headingLength).optional(),
  paged: z.boolean(),
  text: z.string().max(limits.textLength),
  pages: z.array(page).max(limits.pages),
  blocks: z.array(block).max(limits.blocks),
  warnings: z.array(z.string().max(limits.headingLength)).max(limits.warnings),
});

/** What may come out of the sandbox. */
export const parsedDocumentSchema = shape.refine(
  isConsistent,
  'offsets out of order',
) as unknown as z.ZodType<ParsedDocument>;

/** Of the request that it answers: not to be guessed before it is asked. */
const id = z.uuid();

export const replySchema = z.discriminatedUnion('ok', [
  z.strictObject({
    id,
    ok: z.literal(true),
    document: parsedDocumentSchema,
    /** What the process holds after it, and what was thrown in it unnoticed since its start. */
    heapBytes: z.number().min(0),
    faults: z.number().min(0),
  }),
  z.strictObject({ id, ok: z.literal(false), reason: z.enum(reasonNames) }),
]);

export type Reply = z.infer<typeof replySchema>;
