import { CloisterError } from '../../../shared/errors.ts';
import type { Documents } from '../../documents/types.ts';
import type { Handlers } from '../dispatch.ts';
import type { HandlerDeps } from './deps.ts';

type Methods = Extract<keyof Handlers, `gateway.${string}`>;

const ofCollection = 'documents.query:';

/** A person names a collection, a token its id: a collection that takes the name later is another one. */
async function byId(scope: string, documents: Pick<Documents, 'collectionByName'>): Promise<string> {
  if (!scope.startsWith(ofCollection)) return scope;
  const found = await documents.collectionByName(scope.slice(ofCollection.length));
  if (found === null) throw new CloisterError('not_found', 'There is no collection of that name.');
  return `${ofCollection}${found.id}`;
}

/** The door for other programs and their tokens. */
export function gatewayHandlers({ rooms, serving }: HandlerDeps): Pick<Handlers, Methods> {
  const { sessions, documents, models } = rooms;
  const tokens = () => ({
    tokens: sessions
      .issued()
      .map((token) => ({ ...token, scopes: [...token.scopes], models: token.models && [...token.models] })),
  });
  const fullName = async (name: string): Promise<string> => {
    const found = await models.store.find(name);
    if (found === null) throw new CloisterError('model_missing', `The model ${name} is not installed.`);
    return found.name;
  };
  return {
    'gateway.status': async () => serving().status(),
    'gateway.start': ({ port }) => serving().start(port),
    'gateway.stop': async () => {
      await serving().stop();
      await sessions.revokeAll();
      return serving().status();
    },
    'gateway.issue': async ({ name, scopes, models: named, lifetime }) => {
      if (serving().status().url === null) {
        throw new CloisterError('not_available', 'The door for other programs is shut. Open it first.');
      }
      const issued = await sessions.issue({
        name,
        lifetime,
        scopes: await Promise.all([...new Set(scopes)].map((scope) => byId(scope, documents))),
        models: named === null ? null : await Promise.all(named.map(fullName)),
      });
      return { ...issued, scopes: [...issued.scopes], models: issued.models && [...issued.models] };
    },
    'gateway.tokens': async () => tokens(),
    'gateway.revoke': async ({ id }) => {
      if (!(await sessions.revoke(id))) throw new CloisterError('not_found', 'There is no such token.');
      return tokens();
    },
  };
}
