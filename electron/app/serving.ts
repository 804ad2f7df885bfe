import type { GatewayStatus } from '../../shared/contract/types.ts';
import { CloisterError } from '../../shared/errors.ts';
import { createGateway, openControlDoor, type ControlDoor } from '../gateway/index.ts';
import type { BuiltRooms } from './create-rooms.ts';
import type { Dispatch } from './dispatch.ts';
import { servedModels } from './served-models.ts';

/** The gateway and the way in for this person's command line, which open and shut together. */
export interface Serving {
  status(): GatewayStatus;
  /** Throws `locked`, `forbidden` where policy keeps it shut, `conflict` when the port is taken. */
  start(port: number): Promise<GatewayStatus>;
  stop(): Promise<void>;
}

export function createServing(deps: {
  profile: string;
  rooms: BuiltRooms;
  dispatch: Dispatch;
  note: (correlationId: string, what: string, thrown: unknown) => void;
}): Serving {
  const { rooms } = deps;
  const { policy, engine, models, sessions } = rooms;
  let control: ControlDoor | null = null;
  const gateway = createGateway({
    verify: (token) => sessions.verify(token),
    path: rooms.path,
    models: () => servedModels(models),
    loaded: async () => engine.status().loaded,
    engineVersion: async () => engine.status().version ?? '',
    origins: policy.value('gateway.origins'),
    note: deps.note,
  });
  const status = (): GatewayStatus => ({
    url: gateway.address?.url ?? null,
    sessionId: sessions.id,
    allowed: policy.value('gateway.allow'),
  });
  const stop = async (): Promise<void> => {
    await gateway.stop();
    const door = control;
    control = null;
    await door?.close();
  };
  return {
    status,
    stop,
    async start(port) {
      if (sessions.id === null) throw new CloisterError('locked', 'Cloister is locked. Unlock it first.');
      if (!policy.value('gateway.allow')) {
        throw new CloisterError('forbidden', 'Your organisation keeps the door for other programs shut.', {
          detail: { rule: 'gateway.allow' },
        });
      }
      await gateway.start(port);
      try {
        control = await openControlDoor({
          profile: deps.profile,
          key: () => rooms.vault.derive('control'),
          dispatch: (method, input) => deps.dispatch(method, input, { origin: 'cli' }),
        });
      } catch (thrown) {
        await stop();
        throw thrown;
      }
      return status();
    },
  };
}
