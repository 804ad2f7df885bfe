import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { CloisterError } from '../../../../shared/errors.ts';
import type { SearchHit } from '../../../documents/types.ts';
import type { CommandContext } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { onOneLine, shortened, type Prose } from '../output.ts';
import { requireCollection } from './collections.ts';
import { attachmentOf, placeAsText } from './place.ts';

export interface SearchOptions {
  readonly collection: string;
  readonly k: number;
  readonly mode: 'hybrid' | 'keyword' | 'vector';
  readonly queries?: string;
}

const asJson = (hit: SearchHit) => ({
  document: hit.document,
  documentId: hit.documentId,
  path: hit.path,
  page: hit.page,
  ...attachmentOf(hit),
  start: hit.start,
  end: hit.end,
  text: hit.text,
  score: hit.score,
});

const asText = (hits: readonly SearchHit[], prose: Prose): string =>
  hits.length === 0
    ? 'Nothing found.'
    : hits
        .map((hit, index) => {
          const text = onOneLine(shortened(hit.text.replace(/\s+/g, ' ').trim(), 300));
          return `${index + 1}. ${placeAsText(hit)}\n${prose(`   ${text}`)}`;
        })
        .join('\n');

const queryLine = z.object({ id: z.union([z.string(), z.number()]), text: z.string().min(1) });

async function readQueries(path: string) {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch {
    throw new CloisterError('bad_request', 'The file of queries cannot be read. Check its path.');
  }
  return content
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, index) => {
      let parsed: unknown;
      try {
        parsed = JSON.parse(line);
      } catch {
        parsed = null;
      }
      const checked = queryLine.safeParse(parsed);
      if (!checked.success) {
        throw new CloisterError('bad_request', `Line ${index + 1} of the queries is not {"id": …, "text": …}.`);
      }
      return checked.data;
    });
}

export async function search(
  context: CommandContext,
  query: string | undefined,
  options: SearchOptions,
): Promise<ExitCode> {
  if ((query === undefined) === (options.queries === undefined)) {
    throw new CloisterError('bad_request', 'Give either a QUERY or --queries FILE.');
  }
  if (options.queries !== undefined) return searchMany(context, options.queries, options);
  const application = await context.unlocked();
  const collection = await requireCollection(application, options.collection);
  const found = await application.search(
    { query: query ?? '', collectionId: collection.id, k: options.k, mode: options.mode },
    'cli',
    context.signal,
  );
  if (found.used !== options.mode)
    context.output.note('Searched by keyword only: the engine or the embedding model is not available.');
  context.output.result({ hits: found.hits.map(asJson), ms: found.ms, mode: found.used }, () =>
    asText(found.hits, context.output.prose),
  );
  return 0;
}

async function searchMany(context: CommandContext, file: string, options: SearchOptions): Promise<ExitCode> {
  const queries = await readQueries(file);
  const application = await context.unlocked();
  const collection = await requireCollection(application, options.collection);
  let done = 0;
  for await (const found of application.searchMany(
    { queries: queries.map((each) => each.text), collectionId: collection.id, k: options.k, mode: options.mode },
    'cli',
    context.signal,
  )) {
    const id = queries[done]?.id;
    done += 1;
    context.output.progress(`Searching ${done} of ${queries.length}`);
    const hits = found.map(({ document, documentId, path, score, page, start, end }) => ({
      document,
      path,
      score,
      page,
      start,
      end,
      documentId,
    }));
    context.output.line({ id, hits }, () => `${String(id)}\t${hits.map((hit) => onOneLine(hit.document)).join(', ')}`);
  }
  context.output.progress(null);
  return 0;
}
