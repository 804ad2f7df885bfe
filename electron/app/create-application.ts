import { randomUUID } from 'node:crypto';
import { CloisterError } from '../../shared/errors.ts';
import { createDiagnostics } from '../observe/index.ts';
import type { Application, SettingsChange } from './application.ts';
import { createRooms, type BuiltRooms } from './create-rooms.ts';
import { createDispatch } from './dispatch.ts';
import { runDoctor, weakerWalls } from './doctor.ts';
import { createEventHub, type EventHub } from './event-hub.ts';
import { createHandlers } from './handlers/index.ts';
import { createLifecycle, type Lifecycle } from './lifecycle.ts';
import type { Ports } from './ports.ts';
import { createQuestions } from './questions.ts';
import { addSamples } from './samples.ts';
import { announceStatus, readStatus } from './status.ts';

interface Started {
  readonly rooms: BuiltRooms;
  readonly lifecycle: Lifecycle;
  readonly questions: ReturnType<typeof createQuestions>;
  readonly dispatch: ReturnType<typeof createDispatch>;
  readonly endAnnouncing: () => void;
}

/** The composition root. Knows nothing of Electron, Chromium or a terminal: a host gives it ports and shows what it says. */
export function createApplication(ports: Ports): Application {
  const hub = createEventHub();
  const diagnostics = createDiagnostics();
  let starting: Promise<Started> | null = null;
  let started: Started | null = null;

  const begin = (): Promise<Started> =>
    (starting ??= build(application, ports, hub, diagnostics).then(async (built) => {
      await built.lifecycle.start();
      return (started = built);
    }));
  const running = (): Started => {
    if (started === null) throw new CloisterError('internal', 'The application was not started.');
    return started;
  };

  const application: Application = {
    ports,
    get rooms() {
      return running().rooms;
    },
    async start() {
      await begin();
    },
    async stop() {
      if (starting === null) return;
      const built = await starting.catch(() => null);
      if (built === null) return;
      await built.lifecycle.stop();
      built.endAnnouncing();
    },
    create: (source) => running().lifecycle.create(source),
    unlock: (passphrase) => running().lifecycle.unlock(passphrase),
    lock: () => running().lifecycle.lock(),
    status: () => readStatus(ports, running().rooms),
    settings: (change: SettingsChange = {}) => running().rooms.vault.database.call('settings.write', { change }),
    doctor: () => runDoctor(running().rooms),
    weakerWalls: () => weakerWalls(running().rooms),
    addSamples: (onProgress) => addSamples(running().rooms.documents, ports.entries.resources, onProgress),
    search: (input, door, signal) => running().questions.search(input, door, signal),
    searchMany: (input, door, signal) => running().questions.searchMany(input, door, signal),
    ask: (input, door, signal) => running().questions.ask(input, door, signal),
    dispatch: async (method, input, caller) => (await begin()).dispatch(method, input, caller),
    onEvent: (listener) => hub.on(listener),
  };
  return application;
}

async function build(
  application: Application,
  ports: Ports,
  hub: EventHub,
  diagnostics: ReturnType<typeof createDiagnostics>,
): Promise<Started> {
  const rooms = await createRooms(ports, {
    diagnostics,
    onChatProgress: (progress) => hub.emit('chats.progress', progress),
  });
  rooms.documents.onProgress((progress) => hub.emit('documents.progress', progress));
  const note = (what: string, thrown: unknown): void => diagnostics.note(randomUUID(), what, thrown);
  const lifecycle = createLifecycle(ports, rooms, { note });
  const onLock = (forget: () => void): void =>
    void rooms.vault.onChange((status) => {
      if (status.state !== 'unlocked') forget();
    });
  const handlers = createHandlers({
    onLock,
    application,
    rooms,
    inBackground: (what, work) => void work().catch((thrown: unknown) => note(what, thrown)),
  });
  return {
    rooms,
    lifecycle,
    questions: createQuestions(rooms),
    dispatch: createDispatch({ handlers, isUnlocked: () => lifecycle.isUnlocked, diagnostics }),
    endAnnouncing: announceStatus(ports, rooms, hub),
  };
}
