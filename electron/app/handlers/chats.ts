import type { Handlers } from '../dispatch.ts';
import type { HandlerDeps } from './deps.ts';

type Methods = Extract<keyof Handlers, `chats.${string}`>;

export function chatHandlers({ rooms: { chats } }: HandlerDeps): Pick<Handlers, Methods> {
  return {
    'chats.list': async ({ query }) => ({ conversations: await chats.list(query) }),
    'chats.get': ({ id }) => chats.get(id),
    'chats.rename': ({ id, title }) => chats.rename(id, title),
    'chats.delete': async ({ id }) => {
      await chats.delete(id);
      return {};
    },
    'chats.send': (input, caller) => chats.send(input, caller.origin),
    'chats.retry': (input, caller) => chats.retry(input, caller.origin),
    'chats.stop': ({ requestId }) => {
      chats.stop(requestId);
      return Promise.resolve({});
    },
  };
}
