import { describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { createVault } from '../../../electron/vault/index.ts';
import type { DatabaseTable } from '../../../electron/app/database-worker.ts';
import { testProfiles } from './profiles.ts';

const profile = testProfiles();
const workerPath = join(import.meta.dirname, '../../../electron/app/database-worker.ts');

describe('the application’s database worker', () => {
  it('makes the tables of every room, and finds them whole after a lock', async () => {
    const { profile: folder, keychain } = profile();
    const vault = createVault<DatabaseTable>({ profile: folder, keychain, workerPath });
    await vault.create({ keySource: 'keychain' });
    const { schemaVersion } = await vault.status();
    expect(schemaVersion).toBeGreaterThanOrEqual(2);
    expect(await vault.database.call('chats.list', { query: null, limit: 10 })).toEqual([]);
    await vault.lock();
    await vault.unlock();
    expect((await vault.status()).schemaVersion).toBe(schemaVersion);
    expect((await vault.check()).flatMap((report) => report.problems)).toEqual([]);
    await vault.lock();
  });
});
