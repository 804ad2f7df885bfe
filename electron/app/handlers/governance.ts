import type { Handlers } from '../dispatch.ts';
import type { HandlerDeps } from './deps.ts';

type Methods = Extract<
  keyof Handlers,
  `app.${string}` | `engine.${string}` | `egress.${string}` | `settings.${string}` | `audit.${string}`
>;

/** Status, engine, record and settings: what is shown and governed rather than asked. */
export function governanceHandlers({ application, rooms, inBackground }: HandlerDeps): Pick<Handlers, Methods> {
  const { engine, audit, egress } = rooms;
  return {
    'app.status': () => application.status(),
    'app.doctor': async () => ({ checks: await application.doctor() }),
    'engine.start': async () => {
      await engine.start();
      // What waited for an engine goes on.
      inBackground('embedding', () => rooms.documents.embedPending({}));
      return engine.status();
    },
    'engine.stop': async () => {
      await engine.stop();
      return engine.status();
    },
    'engine.trust': async ({ sha256 }) => {
      await engine.trust(sha256);
      return engine.status();
    },
    'egress.attempts': () => Promise.resolve({ attempts: [...egress.attempts()] }),
    'app.active': () => Promise.resolve({}),
    'settings.get': () => application.settings(),
    'settings.set': (change) => application.settings(change),
    'audit.list': async ({ before, limit }) => ({
      entries: await audit.list({ before, limit }),
      size: audit.status().size,
    }),
    'audit.verify': () => audit.verify(),
  };
}
