import { randomUUID } from 'node:crypto';
import type { AppStatus, ShownSettings } from '../../shared/contract/types.ts';
import { CloisterError } from '../../shared/errors.ts';
import { createDiagnostics } from '../observe/index.ts';
import { isByPerson } from './activity.ts';
import type { Application, SettingsChange } from './application.ts';
import { createRooms, monotonic, type BuiltRooms } from './create-rooms.ts';
import { createDispatch, type Dispatch } from './dispatch.ts';
import { runDoctor, weakerWalls } from './doctor.ts';
import { createEventHub, type EventHub } from './event-hub.ts';
import { createHandlers } from './handlers/index.ts';
import { createIdleLock } from './idle-lock.ts';
import { createLifecycle, type Lifecycle } from './lifecycle.ts';
import type { Ports } from './ports.ts';
import { createQuestions } from './questions.ts';
import { addSamples } from './samples.ts';
import { createServing, type Serving } from './serving.ts';
import { minutesOf, settle } from './settings.ts';
import { announceStatus, readStatus } from './status.ts';
import { createUnderWay } from './under-way.ts';

interface Started {
  readonly rooms: BuiltRooms;
  readonly lifecycle: Lifecycle;
  readonly questions: ReturnType<typeof createQuestions>;
  readonly dispatch: Dispatch;
  readonly serving: Serving;
  readonly settings: Application['settings'];
  readonly status: Application['status'];
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
    hold: () => running().lifecycle.hold(),
    create: (source) => running().lifecycle.create(source),
    unlock: (passphrase) => running().lifecycle.unlock(passphrase),
    lock: () => running().lifecycle.lock(),
    status: () => running().status(),
    settings: (change: SettingsChange = {}) => running().settings(change),
    doctor: () => runDoctor(ports, running().rooms),
    weakerWalls: () => weakerWalls(running().rooms),
    addSamples: (onProgress) => addSamples(running().rooms.documents, ports.entries.resources, onProgress),
    search: (input, door, signal) => running().questions.search(input, door, signal),
    searchMany: (input, door, signal) => running().questions.searchMany(input, door, signal),
    ask: (input, door, signal) => running().questions.ask(input, door, signal),
    serve: (port) => running().serving.start(port),
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
  const underWay = createUnderWay();
  const rooms = await createRooms(ports, {
    diagnostics,
    underWay,
    onChatProgress: (progress) => hub.emit('chats.progress', progress),
  });
  rooms.documents.onProgress((progress) => hub.emit('documents.progress', progress));
  for (const list of [rooms.models.downloads, rooms.models.imports])
    list.onChange((download) => hub.emit('models.progress', { download }));
  const note = (what: string, thrown: unknown): void => diagnostics.note(randomUUID(), what, thrown);
  const idleLock = createIdleLock({
    now: monotonic,
    isBusy: () => underWay.isBusy,
    lock: () => void lifecycle.lock().catch((thrown: unknown) => note('idle lock', thrown)),
  });
  const watch = ({ idleLock: limit }: ShownSettings): void => {
    // The command line ends by itself; only a window is left alone.
    if (ports.host !== 'terminal') idleLock.watch(minutesOf(limit));
  };
  const settings = async (change: SettingsChange = {}): Promise<ShownSettings> => {
    const settled = await settle(rooms, change);
    if (change.idleLock !== undefined) watch(settled);
    return settled;
  };
  const begin = async (): Promise<void> => watch(await settings());
  const status = (): Promise<AppStatus> => readStatus(ports, rooms, () => lifecycle.isUnlocked);
  const announcing = announceStatus(status, rooms, hub);
  const lifecycle = createLifecycle(ports, rooms, {
    note,
    underWay,
    idle: { begin, end: () => idleLock.stop() },
    onChange: () => announcing.tell(),
    stopServing: () => serving.stop(),
  });
  const onLock = (forget: () => void): void =>
    void rooms.vault.onChange((status) => {
      if (status.state !== 'unlocked') forget();
    });
  const handlers = createHandlers({
    onLock,
    serving: () => serving,
    application,
    rooms,
    emit: (event, payload) => hub.emit(event, payload),
    inBackground: (what, work) => void underWay.during(work).catch((thrown: unknown) => note(what, thrown)),
  });
  const dispatch = createDispatch({
    handlers,
    isUnlocked: () => lifecycle.isUnlocked,
    diagnostics,
    during: (name, work) => {
      if (isByPerson(name)) idleLock.touch();
      return underWay.during(work);
    },
  });
  const serving = createServing({
    profile: ports.profile,
    rooms,
    dispatch,
    note: (correlationId, what, thrown) => diagnostics.note(correlationId, what, thrown),
  });
  return {
    rooms,
    lifecycle,
    questions: createQuestions(rooms),
    serving,
    settings,
    dispatch,
    status,
    endAnnouncing: () => announcing.end(),
  };
}
