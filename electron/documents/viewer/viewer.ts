import { CloisterError } from '../../../shared/errors.ts';
import type { DatabaseClient } from '../../vault/types.ts';
import type { DocumentsOperations } from '../database.ts';
import type { ViewedDocument } from '../database/viewing.ts';
import { rectanglesFor } from '../parse/index.ts';
import type { Viewer } from '../types.ts';
import { OpenFiles } from './open-files.ts';

/** Bytes in one answer, as the contract has it. */
const pieceBytes = 8 * 1024 * 1024;

/** Shows documents: their text from the vault, a PDF's own pages from the file while it is the one that was indexed. */
export function createViewer(database: DatabaseClient<DocumentsOperations>): {
  viewer: Viewer;
  close(): Promise<void>;
} {
  const files = new OpenFiles();

  const noticeFor = async (document: ViewedDocument): Promise<'file_moved' | 'file_changed' | null> => {
    if (document.origin === 'upload') return null;
    const state = await files.open(document.id, document.path, document.sha256);
    return state === 'same' ? null : state;
  };

  const readStored = async (document: ViewedDocument, offset: number) => {
    const length = Math.min(pieceBytes, Math.max(0, document.size - offset));
    const bytes = await database.call('documents.storedBytes', { sha256: document.sha256, offset, length });
    return { bytes, total: document.size };
  };

  const readFile = async (document: ViewedDocument, offset: number) => {
    if (!files.isOpen(document.id)) await files.open(document.id, document.path, document.sha256);
    const read = await files.read(document.id, offset, pieceBytes);
    if (read === null)
      throw new CloisterError(
        'conflict',
        'The file is no longer the one that was indexed. Its text can still be shown.',
      );
    return read;
  };

  const viewer: Viewer = {
    open: async (documentId) => {
      const document = await database.call('documents.view', { documentId });
      const notice = await noticeFor(document);
      const { name, path, pages, size } = document;
      const kind = document.format === 'pdf' && notice === null ? 'pdf' : 'text';
      return { documentId, name, path, kind, pages, bytes: size, notice };
    },

    bytes: async (documentId, offset) => {
      const document = await database.call('documents.view', { documentId });
      return document.origin === 'upload' ? readStored(document, offset) : readFile(document, offset);
    },

    page: async (documentId, number) => {
      const { page, blocks, text } = await database.call('documents.page', { documentId, page: number });
      return {
        page: page.number,
        label: page.label ?? null,
        start: page.start,
        end: page.end,
        blocks: blocks.map((block) => ({
          kind: block.kind,
          level: block.level ?? null,
          start: block.start,
          end: block.end,
          text: text.slice(block.start - page.start, block.end - page.start),
          locator: block.locator ?? null,
        })),
      };
    },

    locate: async (documentId, start, end, quote) => {
      const { format } = await database.call('documents.view', { documentId });
      const found = await database.call('documents.locate', { documentId, start, end, quote });
      if (!found.placed) return { placed: false, page: found.page, reason: found.reason };
      const { page, blocks, text } = found.page;
      const place = { page: page.number, start: found.start, end: found.end };
      if (format !== 'pdf') return { placed: true, ...place, rectangles: [] };
      const rectangles = rectanglesFor(page, blocks, found.start, found.end, { text, start: page.start });
      return rectangles === null
        ? { placed: false, page: page.number, reason: 'no_boxes' }
        : { placed: true, ...place, rectangles };
    },
  };
  return { viewer, close: () => files.closeAll() };
}
