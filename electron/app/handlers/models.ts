import { CloisterError } from '../../../shared/errors.ts';
import type { ModelActor, VerifyProgress } from '../../models/index.ts';
import type { DispatchCaller, Handlers } from '../dispatch.ts';
import type { HandlerDeps } from './deps.ts';
import { modelRules } from './model-rules.ts';
import { thinned } from './thin.ts';

type Methods =
  | 'models.list'
  | 'models.rules'
  | 'models.recommend'
  | 'models.fit'
  | 'models.refusal'
  | 'models.passport'
  | 'models.approve'
  | 'models.block'
  | 'models.remove'
  | 'models.rollback'
  | 'models.verify';

/** Who asks, for the passport and the record. */
export async function modelActor(
  { sessions }: Pick<HandlerDeps['rooms'], 'sessions'>,
  { origin }: DispatchCaller,
): Promise<ModelActor> {
  const caller = await sessions.verify(await sessions.tokenFor(origin));
  if (caller === null) throw new CloisterError('unauthenticated', 'This session has ended.');
  return { subject: caller.subject, session: caller.session, origin };
}

/** Which models there are, which fit, and which may run: passports and what is decided about them. */
export function modelHandlers({ rooms, emit }: HandlerDeps): Pick<Handlers, Methods> {
  const { store, fitting, passports } = rooms.models;
  const actor = (caller: DispatchCaller): Promise<ModelActor> => modelActor(rooms, caller);
  return {
    'models.list': async () => ({ models: await store.list(), folder: store.directory }),
    'models.rules': () => modelRules(rooms.policy, rooms.models),
    'models.recommend': async (given) => ({
      ...(await fitting.recommend(given)),
      installed: await fitting.installed(),
    }),
    'models.refusal': async ({ name }) => {
      const model = await store.find(name);
      if (model === null) throw new CloisterError('model_missing', `The model ${name} is not installed.`);
      return { refusal: await fitting.refusal(model) };
    },
    'models.fit': async ({ names, contextTokens }) => ({ fits: await fitting.ofEach(names, contextTokens) }),
    'models.passport': ({ name }) => passports.passport(name),
    'models.approve': async ({ name, digest, reason }, caller) =>
      passports.approve(name, await actor(caller), { digest, reason }),
    'models.block': async ({ name, reason }, caller) => passports.block(name, reason, await actor(caller)),
    'models.remove': async ({ name }, caller) => passports.remove(name, await actor(caller)),
    'models.rollback': async ({ name }, caller) => passports.rollback(name, await actor(caller)),
    'models.verify': async ({ name }) => {
      const onProgress = thinned((news: VerifyProgress) => emit('models.verifying', { ...news, finished: false }));
      const results = await passports.verify(name ?? null, { onProgress });
      emit('models.verifying', { name: name ?? '', done: 0, total: 0, finished: true });
      return { results: results.map((each) => ({ ...each, layers: [...each.layers] })) };
    },
  };
}
