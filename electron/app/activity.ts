import type { Method } from '../../shared/contract/index.ts';

/**
 * The calls that only a person's input makes the page send: they put off the lock of an idle vault. What the page reads by
 * itself, after news or at its start, does not. A method that is not named here puts nothing off.
 */
const byPerson: ReadonlySet<string> = new Set<Method>([
  'app.active',
  'engine.start',
  'engine.stop',
  'engine.trust',
  'settings.set',
  'collections.create',
  'collections.delete',
  'documents.choose',
  'documents.upload',
  'documents.addSamples',
  'documents.rescan',
  'documents.cancel',
  'documents.remove',
  'search.query',
  'viewer.open',
  'chats.rename',
  'chats.delete',
  'chats.send',
  'chats.retry',
  'chats.stop',
  'models.import',
  'models.upload',
  'models.approve',
  'models.block',
  'models.remove',
  'models.rollback',
  'models.verify',
]);

export const isByPerson = (method: string): boolean => byPerson.has(method);
