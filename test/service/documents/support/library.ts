import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { DocumentsOperations } from '../../../../electron/documents/database.ts';
import { createDocuments, type DocumentsDeps } from '../../../../electron/documents/index.ts';
import { createParser } from '../../../../electron/documents/parse/index.ts';
import type { Documents, IngestResult, Parser } from '../../../../electron/documents/types.ts';
import { createVault } from '../../../../electron/vault/index.ts';
import type { Vault } from '../../../../electron/vault/types.ts';
import { buildParser, entry, node } from '../../../fixtures/documents/parse.ts';
import { createTestEmbedder, type TestEmbedder } from './embedder.ts';

export const workerPath = join(import.meta.dirname, 'worker.ts');

export interface Library {
  readonly documents: Documents;
  readonly vault: Vault<DocumentsOperations>;
  readonly embedder: TestEmbedder;
  /** Names of files that the parser was given, in order. */
  readonly parsed: string[];
  /** A folder for the test's own files. */
  readonly folder: string;
  /** The test's clock, in milliseconds past the real one. */
  later: number;
  take(collectionId: string, ...paths: string[]): Promise<IngestResult[]>;
}

/** The room on a real vault, with the real database worker and the real parser; only the embedder is a stand-in. */
export function testLibrary(): () => Library {
  let parser: Parser;
  const open: { library: Library; root: string }[] = [];
  beforeAll(async () => {
    await buildParser();
    parser = createParser({ entry, node });
  });
  afterAll(async () => {
    for (const { library, root } of open) {
      await library.documents.close();
      await library.vault.lock();
      rmSync(root, { recursive: true, force: true });
    }
    await parser.dispose();
  });
  return () => {
    const root = mkdtempSync(join(tmpdir(), 'cloister-documents-'));
    const library = createLibrary(root, () => parser);
    open.push({ library, root });
    return library;
  };
}

export function createLibrary(root: string, parser: () => DocumentsDeps['parser']): Library {
  const vault = createVault<DocumentsOperations>({ profile: join(root, 'profile'), keychain: null, workerPath });
  const embedder = createTestEmbedder();
  const parsed: string[] = [];
  const noting =
    (parse: Parser['parse']): Parser['parse'] =>
    (input, signal) => {
      parsed.push(input.name);
      return parse(input, signal);
    };
  const noted: DocumentsDeps['parser'] = {
    parse: noting((input, signal) => parser().parse(input, signal)),
    openRun: () => {
      const run = parser().openRun();
      return { parse: noting(run.parse), close: run.close };
    },
    sandbox: () => parser().sandbox(),
    rest: () => parser().rest(),
  };
  const library: Library = {
    documents: createDocuments({
      database: { call: (name, input) => vault.database.call(name, input) },
      parser: noted,
      embedder,
      clock: () => new Date(Date.now() + library.later),
    }),
    vault,
    embedder,
    parsed,
    folder: mkdtempSync(join(root, 'files-')),
    // Files written a moment ago look unsettled; the tests live an hour later.
    later: 3_600_000,
    take: async (collectionId, ...paths) => {
      const results: IngestResult[] = [];
      await library.documents.ingest(collectionId, paths, { onResult: (result) => results.push(result) });
      return results.sort((a, b) => (a.path < b.path ? -1 : 1));
    },
  };
  return library;
}
