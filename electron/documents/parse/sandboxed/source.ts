import type { ParsedDocument } from '../../types.ts';

/** What a reader is given: the bytes, and where in a nest of attachments they stand. */
export interface Source {
  readonly bytes: Buffer;
  readonly extension: string;
  /** 0 for the file itself, 1 for what is attached to it, … */
  readonly depth: number;
  /** Media type and character set, where something outside the bytes named them (a mail part). */
  readonly declared?: { readonly type?: string; readonly charset?: string };
  /** Reads something found inside. Given by the dispatcher, so that readers do not import each other in a circle. */
  readonly parseNested: (nested: {
    bytes: Buffer;
    name: string;
    declared?: Source['declared'];
  }) => Promise<ParsedDocument>;
}

export type Reader = (source: Source) => Promise<ParsedDocument> | ParsedDocument;
