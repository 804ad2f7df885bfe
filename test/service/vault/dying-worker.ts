import { parentPort } from 'node:worker_threads';
import { runDatabaseWorker } from '../../../electron/vault/worker/run.ts';
import { notesRoom, recordRoom } from './notes-room.ts';

/** Kills the whole process when the first database stands and the second does not. */
const deadly = {
  ...recordRoom,
  migrations: [{ version: 1, name: 'none', up: () => void process.kill(process.pid, 'SIGKILL') }],
};
if (parentPort !== null) runDatabaseWorker(parentPort, [notesRoom(), deadly]);
