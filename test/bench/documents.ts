import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { entries } from './application.ts';

const data = process.env['CLOISTER_DATA'] ?? join(import.meta.dirname, '../../../shared/data');
const real = join(data, 'documents/ntsb-reports');

/** Real reports where there are some, else the packaged samples. */
export const reports = existsSync(real) ? real : join(entries.resources, 'samples');
