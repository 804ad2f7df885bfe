/** For the database worker alone: nothing here is loaded in the main process. */
export { runDatabaseWorker } from './worker/run.ts';
