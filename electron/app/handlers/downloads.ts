import type { DispatchCaller, Handlers } from '../dispatch.ts';
import type { HandlerDeps } from './deps.ts';
import { modelActor } from './models.ts';

type Methods = 'models.pull' | 'models.downloads' | 'models.pause' | 'models.resume' | 'models.cancel';

/** Models on their way in. Each goes on after the call; its news is the event `models.progress`. */
export function downloadHandlers({ rooms }: HandlerDeps): Pick<Handlers, Methods> {
  const { downloads, imports } = rooms.models;
  const actor = (caller: DispatchCaller) => modelActor(rooms, caller);
  return {
    'models.pull': async ({ name, from }, caller) => downloads.start(name, { from, by: await actor(caller) }),
    'models.downloads': async () => ({ downloads: [...(await downloads.list()), ...imports.list()] }),
    'models.pause': async ({ id }) => {
      await downloads.pause(id);
      return {};
    },
    'models.resume': async ({ id }, caller) => {
      await downloads.resume(id, await actor(caller));
      return {};
    },
    'models.cancel': async ({ id }) => {
      await (imports.has(id) ? imports.cancel(id) : downloads.cancel(id));
      return {};
    },
  };
}
