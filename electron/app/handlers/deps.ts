import type { Application } from '../application.ts';
import type { EventHub } from '../event-hub.ts';
import type { BuiltRooms } from '../create-rooms.ts';
import type { Serving } from '../serving.ts';

export interface HandlerDeps {
  readonly application: Pick<
    Application,
    'ports' | 'create' | 'unlock' | 'lock' | 'status' | 'settings' | 'doctor' | 'addSamples' | 'search'
  >;
  readonly rooms: BuiltRooms;
  /** Made after the handlers, which it calls. */
  readonly serving: () => Serving;
  /** News for the page. */
  readonly emit: EventHub['emit'];
  /** Called at each lock: what a handler holds of content is dropped then. */
  readonly onLock: (forget: () => void) => void;
  /** Runs work that outlives the call; what goes wrong is noted and told by the work's own events. */
  readonly inBackground: (what: string, work: () => Promise<unknown>) => void;
}
