import { parentPort } from 'node:worker_threads';
import { runDatabaseWorker } from '../../../electron/vault/worker/run.ts';
import { notesMigrations, notesRoom, recordRoom } from './notes-room.ts';

/** A release whose migration changes rows and then fails. */
const failing = {
  version: 2,
  name: 'failing',
  up: (db: Parameters<(typeof notesMigrations)[0]['up']>[0]) => {
    db.exec("UPDATE notes SET text = 'spoiled'");
    throw new Error('this migration fails');
  },
};
if (parentPort !== null) runDatabaseWorker(parentPort, [notesRoom([...notesMigrations, failing]), recordRoom]);
