import { parentPort } from 'node:worker_threads';
import { runDatabaseWorker } from '../../../electron/vault/worker/run.ts';
import { notesMigrations, notesRoom, recordRoom, secondMigration } from './notes-room.ts';

/** The same application, one release later. */
if (parentPort !== null) runDatabaseWorker(parentPort, [notesRoom([...notesMigrations, secondMigration]), recordRoom]);
