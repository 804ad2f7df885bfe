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

const grouped = (value: number): string => value.toLocaleString('en-GB');

/**
 * Embeds what is still without a vector of the files at or below these paths, until done or stopped: not what an earlier
 * run left of others, which could keep the profile for hours. The keyword index serves all the while, so a missing engine
 * or embedding model is said and is not a failure.
 */
async function embed(
  { output, signal }: CommandContext,
  application: Application,
  which: { readonly collectionId: string; readonly paths: readonly string[] },
): Promise<string | null> {
  const onProgress = (done: number, total: number): void => {
    output.progress(`Understanding passages ${bar(done, total)} ${done} of ${total}`);
    output.stillAtWork(
      () =>
        `Embedding: ${grouped(done)} of ${grouped(total)} passages. All can be found by their words already, also when this is stopped.`,
    );
  };
  try {
    await application.rooms.documents.embedPending({ ...which, signal, onProgress });
    return null;
  } catch (thrown) {
    if (codeOf(thrown) === 'cancelled') return 'Stopped. Run the same command again to go on where it stopped.';
    if (codeOf(thrown) === 'internal' || codeOf(thrown) === 'disk_full') throw thrown;
    return `Keyword search is ready; search by meaning is not: ${thrown instanceof Error ? thrown.message : codeOf(thrown)}`;
  } finally {
    output.progress(null);
  }
}

/** What earlier runs left: null where they left nothing. */
function leftBehind({ name, chunks, embedded }: Collection): string | null {
  const older = chunks - embedded;
  if (older === 0) return null;
  const which = older === 1 ? '1 passage' : `${grouped(older)} passages`;
  return `${which} of files taken in earlier still wait for search by meaning; their words find them already. They go on when the window of Cloister is open, or when those files are taken in again: cloister ingest PATH --collection "${onOneLine(name)}"`;
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
  let seen = 0;
  const failedPaths: string[] = [];
  const summary = await documents.ingest(collection.id, paths, {
    signal: context.signal,
    onResult: (result) => {
      seen += 1;
      if (result.status === 'failed' && paths.includes(result.path)) failedPaths.push(result.path);
      context.output.line(result, () => asText(result));
      context.output.progress(`Reading… ${counted(seen, 'file')}`);
    },
  });
  const stopped = context.signal.aborted
    ? 'Stopped. Run the same command again to go on where it stopped.'
    : await embed(context, application, { collectionId: collection.id, paths });
  const figures = (await documents.collections()).find((each) => each.id === collection.id) ?? collection;
  const notice = stopped ?? leftBehind(figures);
  if (notice !== null) context.output.note(notice);
  const whole = { ...summary, embedded: figures.embedded, pending: figures.chunks - figures.embedded };
  context.output.line(
    { summary: whole },
    () =>
      `${summary.indexed} indexed, ${summary.unchanged} unchanged, ${summary.skipped} skipped, ${summary.failed} failed, ${summary.removed} removed; ${figures.embedded} of ${counted(figures.chunks, 'passage')} understood by meaning`,
  );
  return context.signal.aborted || (await hasFailed(summary, failedPaths)) ? 1 : 0;
}
