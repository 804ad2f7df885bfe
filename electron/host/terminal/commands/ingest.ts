import { access, constants } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Collection } from '../../../../shared/contract/types.ts';
import { counted } from '../../../../shared/counted.ts';
import { CloisterError, codeOf } from '../../../../shared/errors.ts';
import type { Application } from '../../../app/index.ts';
import type { IngestResult } from '../../../documents/types.ts';
import type { CommandContext } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { bar, onOneLine } from '../output.ts';

const asText = (result: IngestResult): string => {
  const figures =
    result.status === 'indexed'
      ? `${counted(result.pages, 'page')}, ${counted(result.chunks, 'passage')}, ${result.ms} ms`
      : '';
  return `${result.status.padEnd(9)} ${onOneLine(result.path)}  ${result.reason === undefined ? figures : onOneLine(result.reason)}`;
};

/**
 * Embeds what is still without a vector, until done or stopped. The keyword index serves all the while, so a missing
 * engine or embedding model is said and is not a failure.
 */
async function embed(context: CommandContext, application: Application, collectionId: string): Promise<string | null> {
  const unsubscribe = application.rooms.documents.onProgress((progress) => {
    if (progress.entry !== null || progress.collectionId !== collectionId) return;
    const { embedded, chunks } = progress.collection;
    context.output.progress(`Understanding passages ${bar(embedded, chunks)} ${embedded} of ${chunks}`);
    context.output.stillAtWork(() => {
      const [done, all] = [embedded, chunks].map((value) => value.toLocaleString('en-GB'));
      return `Embedding: ${done} of ${all} passages. All can be found by their words already, also when this is stopped.`;
    });
  });
  try {
    await application.rooms.documents.embedPending({ collectionId, signal: context.signal });
    return null;
  } catch (thrown) {
    if (codeOf(thrown) === 'cancelled') return 'Stopped. Run the same command again to go on where it stopped.';
    if (codeOf(thrown) === 'internal' || codeOf(thrown) === 'disk_full') throw thrown;
    return `Keyword search is ready; search by meaning is not: ${thrown instanceof Error ? thrown.message : codeOf(thrown)}`;
  } finally {
    unsubscribe();
    context.output.progress(null);
  }
}

/** Said, because a name with a slip in it makes a collection too. */
async function make(context: CommandContext, application: Application, name: string): Promise<Collection> {
  const made = await application.rooms.documents.createCollection(name);
  if (!context.output.json) context.output.note(`Made the collection “${onOneLine(name)}”.`);
  return made;
}

const cannotBeRead = (path: string): Promise<boolean> =>
  access(path, constants.R_OK).then(
    () => false,
    () => true,
  );

/** Some files failing is told in their lines; all of them failing, or a path that is not there, is the command's failure. */
async function hasFailed(
  { failed, indexed, unchanged }: Record<'failed' | 'indexed' | 'unchanged', number>,
  failedPaths: readonly string[],
): Promise<boolean> {
  if (failed > 0 && indexed + unchanged === 0) return true;
  return (await Promise.all(failedPaths.map(cannotBeRead))).includes(true);
}

export async function ingest(
  context: CommandContext,
  given: readonly string[],
  options: { collection: string; watch?: boolean },
): Promise<ExitCode> {
  if (options.watch === true) throw new CloisterError('not_available', 'Watching a folder is not available yet.');
  const application = await context.unlocked();
  const { documents } = application.rooms;
  const collection =
    (await documents.collectionByName(options.collection)) ?? (await make(context, application, options.collection));
  const paths = given.map((path) => resolve(path));
  const failedPaths: string[] = [];
  let seen = 0;
  const summary = await documents.ingest(
    collection.id,
    paths,
    {
      signal: context.signal,
      onResult: (result) => {
        seen += 1;
        if (result.status === 'failed' && paths.includes(result.path)) failedPaths.push(result.path);
        context.output.line(result, () => asText(result));
        context.output.progress(`Reading… ${counted(seen, 'file')}`);
      },
    },
  );
  const notice = context.signal.aborted
    ? 'Stopped. Run the same command again to go on where it stopped.'
    : await embed(context, application, collection.id);
  if (notice !== null) context.output.note(notice);
  const figures = (await documents.collections()).find((each) => each.id === collection.id) ?? collection;
  const whole = { ...summary, embedded: figures.embedded, pending: figures.chunks - figures.embedded };
  context.output.line(
    { summary: whole },
    () =>
      `${summary.indexed} indexed, ${summary.unchanged} unchanged, ${summary.skipped} skipped, ${summary.failed} failed, ${summary.removed} removed; ${figures.embedded} of ${counted(figures.chunks, 'passage')} understood by meaning`,
  );
  return context.signal.aborted || (await hasFailed(summary, failedPaths)) ? 1 : 0;
}
