import type { z } from 'zod';
import type { documentsContract } from '../../shared/contract/documents.ts';
import type { Collection, IngestStatus, LedgerEntry, Passage } from '../../shared/contract/types.ts';

/** [startInText, endInText, x, y, width, height]: page points, origin top left; offsets into `ParsedDocument.text`. */
export type Run = readonly [number, number, number, number, number, number];

export interface ParsedBlock {
  readonly kind: 'heading' | 'paragraph' | 'list-item' | 'table-row' | 'code' | 'quote' | 'header';
  /** From 1; formats without pages put everything on page 1 (sheets and slides count as pages). */
  readonly page: number;
  /** UTF-16 offsets into `text`. */
  readonly start: number;
  readonly end: number;
  readonly level?: number;
  /** Headings above this block, outermost first. */
  readonly headings?: readonly string[];
  /** `Budget!A4:F4`, `part 2`, … */
  readonly locator?: string;
  /** Name of the attachment of a mail that it stands in; a path of names where mail lies in mail. */
  readonly attachment?: string;
  readonly runs?: readonly Run[];
}

export interface ParsedPage {
  readonly number: number;
  readonly label?: string;
  readonly start: number;
  readonly end: number;
  /** Points; only where the format has real pages. */
  readonly width?: number;
  readonly height?: number;
}

/** What the parser sandbox gives back, checked by schema. Plain text files keep their text verbatim. */
export interface ParsedDocument {
  readonly format: string;
  readonly title?: string;
  /** True when the format has pages of its own (PDF, slides, sheets). */
  readonly paged: boolean;
  readonly text: string;
  readonly pages: readonly ParsedPage[];
  readonly blocks: readonly ParsedBlock[];
  /** Sentences for people: "2 pages hold only pictures; their text was not read." */
  readonly warnings: readonly string[];
}

export interface ParserInput {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Reads the files of one run into one collection. Must be closed: that ends its processes. */
export interface ParserRun {
  /** As `Parser.parse`, in a process that may have read an earlier file of this run. */
  readonly parse: (input: ParserInput, signal?: AbortSignal) => Promise<ParsedDocument>;
  readonly close: () => void;
}

export interface Parser {
  /**
   * Parses one file in a sandbox of its own. Throws `parse_failed`, `unsupported_type`, `too_large`, `timeout`,
   * `cancelled`.
   */
  parse(input: ParserInput, signal?: AbortSignal): Promise<ParsedDocument>;
  openRun(): ParserRun;
  /** `namespace`: bubblewrap without network. `permissions`: Node's permission model alone (shown in doctor). */
  readonly sandbox: () => Promise<{
    kind: 'namespace' | 'permissions';
    reason: string | null;
    /** Why each process loads its code anew instead of starting from the snapshot; null when it does not. */
    slow: string | null;
  }>;
  /** Ends the process that waits for the next file; it has read nothing. For lock. */
  rest(): void;
  dispose(): Promise<void>;
}

/** A piece of a document small enough to embed (at most 256 word pieces), inside one page. */
export interface Chunk {
  readonly page: number;
  readonly start: number;
  readonly end: number;
  /** File title, heading path, page or sheet: goes into both indexes in front of the text, never into citations. */
  readonly header: string;
  readonly text: string;
  /** Name of the attachment of a mail that it comes from. */
  readonly attachment?: string;
}

export interface IngestProgress {
  readonly collectionId: string;
  readonly entry: LedgerEntry | null;
  readonly collection: Collection;
  readonly done: number;
  readonly total: number;
  readonly finished: boolean;
}

export interface IngestResult {
  readonly path: string;
  readonly status: IngestStatus;
  readonly reason?: string;
  readonly pages: number;
  readonly chunks: number;
  readonly bytes: number;
  readonly ms: number;
}

/** All passages, those of a collection, or in it those of the files at or below `paths`, as they were handed over. */
export type EmbedRequest = (
  | { readonly collectionId?: string; readonly paths?: undefined }
  | { readonly collectionId: string; readonly paths: readonly string[] }
) & {
  readonly signal?: AbortSignal;
  /** After each batch: how many passages of how many. */
  readonly onProgress?: (done: number, total: number) => void;
};

export interface Documents {
  collections(): Promise<Collection[]>;
  createCollection(name: string, label?: string): Promise<Collection>;
  deleteCollection(id: string): Promise<void>;
  collectionByName(name: string): Promise<Collection | null>;
  ledger(collectionId: string): Promise<LedgerEntry[]>;
  /**
   * Takes in files and folders (recursively). Unchanged files are not redone; files gone from a folder taken in before
   * leave the index; one result a file. Keyword search serves each file at once; embeddings follow in the background
   * (`embedPending`). `complete: true` says the given paths are all there is of them.
   */
  ingest(
    collectionId: string,
    paths: readonly string[],
    options: { signal?: AbortSignal; onResult?: (result: IngestResult) => void },
  ): Promise<{ indexed: number; unchanged: number; skipped: number; failed: number; removed: number; chunks: number }>;
  /** Takes in again everything that was handed over before. */
  rescan(
    collectionId: string,
    options?: { signal?: AbortSignal; onResult?: (result: IngestResult) => void },
  ): Promise<{ indexed: number; unchanged: number; skipped: number; failed: number; removed: number; chunks: number }>;
  /** Goes on with what a crash or a lock cut off. Resolves with the collections it went on with. */
  resume(options?: { signal?: AbortSignal }): Promise<string[]>;
  /** Stops the run of a collection, if there is one; what was taken in stays. Resolves when it has stopped. */
  cancel(collectionId: string): Promise<void>;
  /** Takes one document out, with its row of the ledger. */
  remove(documentId: string): Promise<void>;
  /** Bytes handed over by the page (dropped or picked in a host without paths); kept encrypted in the vault. */
  upload(collectionId: string, file: { name: string; bytes: Uint8Array }): Promise<IngestResult>;
  /** Embeds what still lacks a vector; resumes where it stopped. Resolves with the number embedded. */
  embedPending(options: EmbedRequest): Promise<number>;
  search(
    request: SearchRequest,
    signal?: AbortSignal,
  ): Promise<{ hits: SearchHit[]; ms: number; used: 'hybrid' | 'keyword' | 'vector' }>;
  /** Many searches of one collection: their embeddings share calls to the engine. Results in the order of the requests. */
  searchMany(requests: readonly SearchRequest[], signal?: AbortSignal): Promise<SearchResult[]>;
  /** At most ten events a second and collection, the newest entry in each; the last one of a run always comes. */
  onProgress(listener: (progress: IngestProgress) => void): () => void;
  readonly viewer: Viewer;
  /** Stops runs, closes files, wipes what is held in memory. For lock and quit. */
  close(): Promise<void>;
}

export interface SearchResult {
  readonly hits: SearchHit[];
  readonly ms: number;
  /** `keyword` also for a hybrid search when no embedder answers or no vector exists yet. */
  readonly used: 'hybrid' | 'keyword' | 'vector';
}

/** Turns texts into vectors; the engine behind it. */
export interface Embedder {
  /** The installed embedding model, or null. A change of digest re-embeds everything. */
  model(): Promise<{ readonly name: string; readonly digest: string } | null>;
  /** One vector a text, in order. Throws `too_large` when a text is longer than the model reads. */
  embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]>;
}

/** What the viewer shows; shapes as in the contract's `viewer.*`. */
export interface Viewer {
  open(documentId: string): Promise<ContractOutput<'viewer.open'>>;
  bytes(documentId: string, offset: number): Promise<ContractOutput<'viewer.bytes'>>;
  page(documentId: string, page: number): Promise<ContractOutput<'viewer.page'>>;
  locate(documentId: string, start: number, end: number, quote: string): Promise<ContractOutput<'viewer.locate'>>;
}

type ContractOutput<Name extends keyof typeof documentsContract> = z.infer<(typeof documentsContract)[Name]['output']>;

export interface SearchRequest {
  readonly collectionIds: readonly string[];
  readonly query: string;
  /** Earlier turns of the same person, oldest first: fused as lists of their own. */
  readonly earlier?: readonly string[];
  readonly k: number;
  readonly mode: 'hybrid' | 'keyword' | 'vector';
}

export interface SearchHit extends Passage {
  readonly chunkId: number;
  readonly collectionId: string;
  /** Signals for the decision to abstain. */
  readonly keywordScore: number | null;
  /** Share (0…1) of the question's words, weighted by their rarity in the collection, that the passage holds. */
  readonly coverage?: number | null;
  readonly cosine: number | null;
}
