/** What one measurement found, beside the direct way measured in the same run. */
export interface Figure {
  readonly what: string;
  readonly unit: 'ms' | 'pages/s' | 'tokens/s' | 'MB' | 'MB/s' | 'power of size' | '%';
  readonly ours: number;
  readonly direct?: { readonly way: string; readonly value: number };
  /** `difference`: what is added to the direct way. `ratio`: ours over the direct way. */
  readonly target?: {
    readonly bound: 'most' | 'least';
    readonly value: number;
    readonly of: 'ours' | 'difference' | 'ratio';
  };
  readonly note?: string;
}

/** Something that could not be measured here, and why; in one sentence. */
export interface Missing {
  readonly what: string;
  readonly why: string;
}

export type Finding = Figure | Missing;

/** Sent by a row's process over its channel, one message each. */
export interface FindingMessage {
  readonly finding: Finding;
}

export interface Row {
  readonly name: string;
  readonly title: string;
  /** Relative to the project's root. */
  readonly file: string;
}

export interface RowResult {
  readonly row: Row;
  readonly findings: readonly Finding[];
  /** Processes that wanted to run (one minute's average) when the row began, and when it ended. */
  readonly load: readonly [number, number];
  readonly seconds: number;
}

export const rows: readonly Row[] = [
  { name: 'first-token', title: 'First token', file: 'test/bench/first-token.ts' },
  { name: 'gateway', title: 'The door for other programs', file: 'test/bench/gateway.ts' },
  { name: 'parse', title: 'Taking in PDFs', file: 'test/bench/parse.ts' },
  { name: 'ingest', title: 'Search while files come in', file: 'test/bench/ingest.ts' },
  { name: 'search', title: 'Search', file: 'test/bench/search.ts' },
  { name: 'page', title: 'The page', file: 'test/bench/page.ts' },
  { name: 'download', title: 'Getting a model', file: 'test/bench/download.ts' },
  { name: 'verify', title: 'Verifying a model', file: 'test/bench/verify.ts' },
  { name: 'database', title: 'Record and database', file: 'test/bench/database.ts' },
  { name: 'check', title: 'Checking a model file', file: 'test/bench/check.ts' },
];
