/** Keyword search while files are taken in and embeddings are still to come. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Application } from '../../electron/app/index.ts';
import { startEngine, withApplication } from './application.ts';
import { reports } from './documents.ts';
import { runRow, type Report } from './row.ts';

const question = 'What did the pilot report about the engine?';

interface Answered {
  readonly milliseconds: number;
  readonly hits: number;
  readonly embedded: number;
  readonly chunks: number;
}

async function askAtOnce(application: Application, collectionId: string): Promise<Answered> {
  const started = performance.now();
  const found = await application.search(
    { query: question, collectionId, k: 10, mode: 'keyword' },
    'cli',
    new AbortController().signal,
  );
  const milliseconds = performance.now() - started;
  const collection = (await application.rooms.documents.collections()).find(({ id }) => id === collectionId);
  return {
    milliseconds,
    hits: found.hits.length,
    embedded: collection?.embedded ?? 0,
    chunks: collection?.chunks ?? 0,
  };
}

/** Waits for the background work, whatever became of it: said, since it is part of what was going on. */
const outcomeOf = (work: Promise<number>): Promise<string> =>
  work.then(
    (count) => `${count} embedded by the end`,
    () => 'no embedding model here',
  );

async function measure(report: Report): Promise<void> {
  await withApplication(async (application) => {
    const { documents, models } = application.rooms;
    const embedder = await models.installEmbedder();
    if (embedder !== null) await startEngine(application.rooms);
    const { id } = await documents.createCollection('Reports');
    const files = readdirSync(reports).filter((name) => name.endsWith('.pdf')).map((name) => join(reports, name)); // prettier-ignore
    let last = performance.now();
    const started = last;
    const embedding: Promise<string>[] = [];
    const onResult = (): void => {
      last = performance.now();
      // As a window does, it embeds while more files come in.
      if (embedding.length === 0) embedding.push(outcomeOf(documents.embedPending({ collectionId: id })));
    };
    const taken = await documents.ingest(id, files, { onResult });
    const answered = await askAtOnce(application, id);
    const since = performance.now() - last;
    const begun = performance.now();
    const outcome = (await embedding[0]) ?? 'nothing to embed';
    const rest = performance.now() - begun;
    if (answered.hits === 0) throw new Error('The search found nothing.');
    if (answered.embedded >= answered.chunks)
      throw new Error('Everything was embedded before the search: nothing is shown by it.');
    report({
      what: 'After the last file: first keyword answer',
      unit: 'ms',
      ours: since,
      direct: { way: 'waiting for the embeddings', value: since + rest },
      note: `${taken.indexed} files in ${((last - started) / 1000).toFixed(1)} s; ${answered.hits} passages found while ${answered.embedded} of ${answered.chunks} were embedded; ${outcome}`,
    });
    report({ what: 'The search itself, through the whole path', unit: 'ms', ours: answered.milliseconds });
  });
}

await runRow({ 'Keyword search before the embeddings': measure });
