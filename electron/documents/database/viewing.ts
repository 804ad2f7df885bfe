import { CloisterError } from '../../../shared/errors.ts';
import { locateQuote } from '../cite/locate.ts';
import type { ParsedBlock, ParsedPage } from '../types.ts';
import { documentById, type DocumentRow } from './ledger.ts';
import { pageAt, readPage } from './pages.ts';
import { rowOf, type Statements } from './statements.ts';
import { readBytes } from './stored-bytes.ts';
import { readText } from './text.ts';

export interface ViewedDocument {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly origin: 'path' | 'upload';
  readonly sha256: string;
  readonly size: number;
  readonly format: string;
  readonly pages: number;
  readonly length: number;
}

export interface ViewedPage {
  readonly page: ParsedPage;
  readonly blocks: readonly ParsedBlock[];
  /** The page's text, from `page.start` on. */
  readonly text: string;
}

export type Located =
  | { readonly placed: true; readonly start: number; readonly end: number; readonly page: ViewedPage }
  | { readonly placed: false; readonly reason: 'not_in_document' | 'ambiguous'; readonly page: number | null };

export function createViewingOperations(sql: Statements) {
  const viewed = (id: string): DocumentRow & { content: number; sha256: string } => {
    const row = documentById(sql, id);
    if (row === null || row.content === null || row.sha256 === null)
      throw new CloisterError('not_found', 'The text of this document is not in the vault.');
    return { ...row, content: row.content, sha256: row.sha256 };
  };

  const contentOf = (content: number): { format: string; length: number } => {
    const row = rowOf<{ format: string; length: number }>(
      sql('SELECT format, length FROM contents WHERE row = ?').get(content),
    );
    if (row === null) throw new RangeError('A document refers to a text that is gone.');
    return row;
  };

  const pageOf = (content: number, number: number): ViewedPage | null => {
    const stored = readPage(sql, content, number);
    return stored === null ? null : { ...stored, text: readText(sql, content, stored.page.start, stored.page.end) };
  };

  return {
    'documents.view': (input: { documentId: string }): ViewedDocument => {
      const row = viewed(input.documentId);
      const { id, name, path, origin, sha256, size, pages } = row;
      return { id, name, path, origin, sha256, size, pages, ...contentOf(row.content) };
    },

    'documents.page': (input: { documentId: string; page: number }): ViewedPage => {
      const page = pageOf(viewed(input.documentId).content, input.page);
      if (page === null) throw new CloisterError('not_found', 'The document has no such page.');
      return page;
    },

    'documents.locate': (input: { documentId: string; start: number; end: number; quote: string }): Located => {
      const { content } = viewed(input.documentId);
      const text = readText(sql, content, 0, contentOf(content).length);
      const found = locateQuote(text, input.start, input.end, input.quote);
      if (!found.placed)
        return { ...found, page: pageAt(sql, content, Math.max(0, Math.min(input.start, text.length))) };
      const number = pageAt(sql, content, found.start);
      const page = number === null ? null : pageOf(content, number);
      if (page === null) return { placed: false, reason: 'not_in_document', page: null };
      return { ...found, page };
    },

    'documents.storedBytes': (input: { sha256: string; offset: number; length: number }): Uint8Array<ArrayBuffer> =>
      readBytes(sql, input.sha256, input.offset, input.length),
  };
}
