import { freemem, totalmem } from 'node:os';
import type { AppStatus } from '../../shared/contract/types.ts';
import type { EventHub } from './event-hub.ts';
import type { BuiltRooms } from './create-rooms.ts';
import type { Ports } from './ports.ts';

/**
 * `isOpen`: the record and the session are open too. The databases open before them and close after them; a page that was
 * told then that the vault is open would ask at once, and be refused.
 */
export async function readStatus(ports: Ports, rooms: BuiltRooms, isOpen: () => boolean): Promise<AppStatus> {
  const found = await rooms.vault.status();
  const vault = found.state === 'unlocked' && !isOpen() ? { ...found, state: 'locked' as const } : found;
  return {
    vault,
    engine: rooms.engine.status(),
    egress: rooms.egress.status(),
    record: vault.state === 'unlocked' ? rooms.audit.status() : null,
    models: vault.state === 'unlocked' ? { changed: [...rooms.models.passports.changed()] } : null,
    memory: { totalBytes: totalmem(), freeBytes: freemem() },
    host: ports.host,
    platform: process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux',
    version: ports.version,
  };
}

/** At most this often; a burst of changes is one piece of news. Milliseconds. */
const quietFor = 50;

export interface Announcing {
  /** Something changed that no room tells. */
  tell(): void;
  end(): void;
}

/** Tells the page whenever vault, engine, egress, record or the models that may run change. */
export function announceStatus(read: () => Promise<AppStatus>, rooms: BuiltRooms, hub: EventHub): Announcing {
  let timer: NodeJS.Timeout | null = null;
  const tell = (): void => {
    timer ??= setTimeout(() => {
      timer = null;
      // What cannot be read now is told to whoever asks for it.
      read().then(
        (status) => hub.emit('app.changed', { status }),
        () => undefined,
      );
    }, quietFor);
    timer.unref();
  };
  const ends = [
    rooms.vault.onChange(tell),
    rooms.engine.onChange(tell),
    rooms.egress.onChange(tell),
    rooms.audit.onChange(tell),
    rooms.models.onChange(tell),
  ];
  const end = (): void => {
    if (timer !== null) clearTimeout(timer);
    for (const each of ends) each();
  };
  return { tell, end };
}
