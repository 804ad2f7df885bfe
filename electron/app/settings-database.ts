import type { Database } from 'better-sqlite3';
import { settings as settingsSchema } from '../../shared/contract/app.ts';
import type { Settings } from '../../shared/contract/types.ts';

export const settingsMigrations = [
  {
    version: 1,
    name: 'settings',
    up(db: Database): void {
      db.exec('CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT');
    },
  },
];

/** What a person has not chosen. When an idle vault locks depends on its key, which this table does not know. */
const usual: Omit<Settings, 'idleLock'> = { theme: 'system', guideSeen: false, cacheType: 'f16' };

type Kept = Omit<Settings, 'idleLock'> & Partial<Settings>;

/** The person's own settings, in the vault: they too say something about a person. */
export function createSettingsOperations(db: Database) {
  const read = (): Kept => {
    const rows = db.prepare('SELECT name, value FROM settings').all() as { name: string; value: string }[];
    const kept = Object.fromEntries(rows.map((row) => [row.name, JSON.parse(row.value) as unknown]));
    const parsed = settingsSchema.partial().safeParse(kept);
    return { ...usual, ...(parsed.success ? definedOnly(parsed.data) : {}) };
  };
  return {
    'settings.write': ({
      change,
    }: {
      change: { readonly [Key in keyof Settings]?: Settings[Key] | undefined };
    }): Kept =>
      db.transaction(() => {
        const put = db.prepare(
          'INSERT INTO settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
        );
        for (const [name, value] of Object.entries(definedOnly(change))) put.run(name, JSON.stringify(value));
        return read();
      })(),
  };
}

function definedOnly(values: { [Key in keyof Settings]?: Settings[Key] | undefined }): Partial<Settings> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
