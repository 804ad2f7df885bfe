import { freemem, totalmem } from 'node:os';
import type { AppStatus } from '../../shared/contract/types.ts';
import type { EventHub } from './event-hub.ts';
import type { BuiltRooms } from './create-rooms.ts';
import type { Ports } from './ports.ts';

export async function readStatus(ports: Ports, rooms: BuiltRooms): Promise<AppStatus> {
  const vault = await rooms.vault.status();
  return {
    vault,
    engine: rooms.engine.status(),
    egress: rooms.egress.status(),
    record: vault.state === 'unlocked' ? rooms.audit.status() : null,
    memory: { totalBytes: totalmem(), freeBytes: freemem() },
    host: ports.host,
    platform: process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux',
    version: ports.version,
  };
}

/** At most this often; a burst of changes is one piece of news. Milliseconds. */
const quietFor = 50;

/** Tells the page whenever vault, engine, egress or record change. Returns what ends it. */
export function announceStatus(ports: Ports, rooms: BuiltRooms, hub: EventHub): () => void {
  let timer: NodeJS.Timeout | null = null;
  const tell = (): void => {
    timer ??= setTimeout(() => {
      timer = null;
      void readStatus(ports, rooms).then((status) => hub.emit('app.changed', { status }));
    }, quietFor);
    timer.unref();
  };
  const ends = [
    rooms.vault.onChange(tell),
    rooms.engine.onChange(tell),
    rooms.egress.onChange(tell),
    rooms.audit.onChange(tell),
  ];
  return () => {
    if (timer !== null) clearTimeout(timer);
    for (const end of ends) end();
  };
}
