import { createAuditLog } from '../../../electron/audit/index.ts';
import type { AuditLog } from '../../../electron/audit/types.ts';
import type { AuditOperations } from '../../../electron/audit/database.ts';
import { createVault } from '../../../electron/vault/index.ts';
import type { Vault } from '../../../electron/vault/types.ts';
import { createDurableKeychain } from './durable-keychain.ts';

export interface AuditVault {
  readonly vault: Vault<AuditOperations>;
  readonly log: AuditLog;
  readonly warnings: string[];
  close(): Promise<void>;
}

const workerPath = new URL('audit-worker.ts', import.meta.url);

/** The record as the application has it: encrypted, in the database worker, with a keychain that outlives the process. */
export async function openAuditVault(profile: string, mode: 'create' | 'unlock'): Promise<AuditVault> {
  const keychain = createDurableKeychain(`${profile}.keychain`);
  const vault = createVault<AuditOperations>({ profile, keychain, workerPath });
  if (mode === 'create') await vault.create({ keySource: 'keychain' });
  else await vault.unlock();
  const warnings: string[] = [];
  const log = createAuditLog({
    database: () => vault.database,
    derive: (purpose) => vault.derive(purpose),
    keychain: () => keychain,
    vaultId: () => vault.id ?? '',
    clock: () => new Date(),
    warn: (problem) => warnings.push(problem),
  });
  await log.open();
  const close = async (): Promise<void> => {
    await log.close();
    await vault.lock();
  };
  return { vault, log, warnings, close };
}
