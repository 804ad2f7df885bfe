import { join } from 'node:path';

export const here = (name: string): string => join(import.meta.dirname, name);
export const notesWorker = here('notes-worker.ts');
