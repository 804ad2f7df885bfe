import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { createMemoryKeychain, createVault } from '../../../electron/vault/index.ts';
import type { Keychain, Vault } from '../../../electron/vault/types.ts';
import type { NotesTable } from './notes-room.ts';
import { notesWorker } from './paths.ts';

type NotesVault = Vault<NotesTable>;

interface TestProfile {
  readonly profile: string;
  readonly keychain: Keychain;
  /** A new vault object on the same profile, as a next start would make. */
  readonly next: (options?: { workerPath?: string; keychain?: Keychain | null }) => NotesVault;
  readonly path: (name: string) => string;
  /** Name → bytes of every file below the profile. */
  readonly files: () => Record<string, Buffer>;
}

/** Profiles for one test file: locked and removed after each test. */
export function testProfiles(): () => TestProfile {
  const vaults: NotesVault[] = [];
  const folders: string[] = [];
  afterEach(async () => {
    for (const vault of vaults.splice(0)) await vault.lock().catch(() => undefined);
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  return () => {
    const folder = mkdtempSync(join(tmpdir(), 'cloister-vault-'));
    folders.push(folder);
    const profile = join(folder, 'profile');
    const keychain = createMemoryKeychain();
    return {
      profile,
      keychain,
      next: (options = {}) => {
        const vault = createVault<NotesTable>({ profile, keychain, workerPath: notesWorker, ...options });
        vaults.push(vault);
        return vault;
      },
      path: (name) => join(profile, name),
      files: () => readFiles(profile),
    };
  };
}

export function readFiles(folder: string): Record<string, Buffer> {
  const names = readdirSync(folder, { recursive: true }).map(String);
  return Object.fromEntries(
    names
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => [name, readFileSync(join(folder, name))]),
  );
}

/** The bytes of the databases, which a refused opening must leave as they were. */
export const databaseBytes = ({ files }: Pick<TestProfile, 'files'>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(files())
      .filter(([name]) => /\.db$|vault\.json$/.test(name))
      .map(([name, bytes]) => [name, bytes.toString('base64')]),
  );
