import type { Collection } from '../../../../shared/contract/types.ts';
import { counted } from '../../../../shared/counted.ts';
import { CloisterError } from '../../../../shared/errors.ts';
import type { Application } from '../../../app/index.ts';
import { confirm, type Asking } from '../confirm.ts';
import type { CommandContext } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { bytesForPeople, onOneLine } from '../output.ts';

const asJson = ({ name, label, documents, chunks, embedded, failed, bytes, id }: Collection) => ({
  name,
  label,
  documents,
  chunks,
  bytes,
  embedded,
  failed,
  id,
});

const asText = (collections: readonly Collection[]): string =>
  collections.length === 0
    ? 'No collections yet. Make one with: cloister collections create NAME'
    : collections
        .map(({ name, documents, chunks, bytes }) => {
          const figures = [counted(documents, 'document'), counted(chunks, 'passage'), bytesForPeople(bytes)];
          return `${onOneLine(name)}  ${figures.join(', ')}`;
        })
        .join('\n');

/** The collection of that name, or `not_found` with the names there are. */
export async function requireCollection(application: Application, name: string): Promise<Collection> {
  const found = await application.rooms.documents.collectionByName(name);
  if (found !== null) return found;
  const all = await application.rooms.documents.collections();
  const known = all.length === 0 ? 'There are none yet.' : `There are: ${all.map((c) => c.name).join(', ')}.`;
  throw new CloisterError('not_found', `There is no collection named “${onOneLine(name)}”. ${onOneLine(known)}`);
}

async function show(context: CommandContext, application: Application): Promise<ExitCode> {
  const collections = await application.rooms.documents.collections();
  context.output.result({ collections: collections.map(asJson) }, () => asText(collections));
  return 0;
}

export async function listCollections(context: CommandContext): Promise<ExitCode> {
  return show(context, await context.unlocked());
}

export async function createCollection(
  context: CommandContext,
  name: string,
  options: { label?: string; readers?: string },
): Promise<ExitCode> {
  if (options.readers !== undefined) {
    throw new CloisterError('not_available', 'Readers of a collection are not available yet.');
  }
  const application = await context.unlocked();
  await application.rooms.documents.createCollection(name, options.label);
  return show(context, application);
}

/** A person at a terminal is asked first; a script, which cannot be asked, meant what it wrote. */
export async function deleteCollection(
  context: CommandContext,
  { input, hasTerminal }: Asking,
  name: string,
  options: { yes?: boolean },
): Promise<ExitCode> {
  const application = await context.unlocked();
  const { id, documents, chunks } = await requireCollection(application, name);
  const what = `“${onOneLine(name)}” with ${counted(documents, 'document')} and ${counted(chunks, 'passage')}`;
  const { output } = context;
  if (hasTerminal && !output.json && options.yes !== true) {
    output.note(`This deletes ${what}. The files on your disk stay; what was only dropped into the window goes.`);
    if ((await confirm(context, input, 'Delete it?')) !== 'yes') {
      output.note('Nothing was deleted.');
      return 1;
    }
  }
  await application.rooms.documents.deleteCollection(id);
  output.note(`Deleted ${what}.`);
  return show(context, application);
}
