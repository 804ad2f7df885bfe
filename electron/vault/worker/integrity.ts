import { statSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import type { DatabaseName, IntegrityReport } from '../types.ts';

const mostProblems = 20;

/**
 * Reads every page in use, which checks its HMAC, and the structure of the trees. `cipher_integrity_check` is no part of
 * this SQLite build: an unknown pragma answers nothing, which would read as "fine".
 */
export function quickCheck(database: Database): string[] {
  const rows = database.prepare<[], string>(`PRAGMA quick_check(${mostProblems})`).pluck().all();
  return rows.filter((row) => row !== 'ok');
}

export function reportOn(name: DatabaseName, database: Database): IntegrityReport {
  const bytes = statSync(database.name).size;
  try {
    const broken = database.pragma('foreign_key_check') as unknown[];
    const orphans = broken.length === 0 ? [] : [`${broken.length} rows refer to rows that are gone`];
    return { database: name, bytes, problems: [...quickCheck(database), ...orphans] };
  } catch (thrown) {
    return { database: name, bytes, problems: [thrown instanceof Error ? thrown.message : 'it cannot be read'] };
  }
}
