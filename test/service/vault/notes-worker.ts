import { parentPort } from 'node:worker_threads';
import { runDatabaseWorker } from '../../../electron/vault/worker/run.ts';
import { notesRoom, recordRoom } from './notes-room.ts';

if (parentPort !== null) runDatabaseWorker(parentPort, [notesRoom(), recordRoom]);
