import { parentPort } from 'node:worker_threads';
import { runDatabaseWorker } from '../../../electron/vault/worker/run.ts';
import { notesRoom, recordRoom } from './notes-room.ts';

/** A later release that changed the second database only. */
const later = {
  ...recordRoom,
  migrations: [...recordRoom.migrations, { version: 2, name: 'more', up: () => undefined }],
};
if (parentPort !== null) runDatabaseWorker(parentPort, [notesRoom(), later]);
