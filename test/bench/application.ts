import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { createApplication, type Application } from '../../electron/app/index.ts';
import type { Ports } from '../../electron/app/ports.ts';
import type { Rooms } from '../../electron/app/application.ts';
import { cachedEngine } from '../../electron/engine/find/index.ts';
import { createMemoryKeychain } from '../../electron/vault/index.ts';
import type { Keychain } from '../../electron/vault/types.ts';
import { builtEntries } from '../host/chromium-fixture.ts';
import { NotMeasurable } from './row.ts';

export const entries = builtEntries;

/** The whole application as a host starts it; only the keychain is a stand-in. */
export function applicationOf(
  profile: string,
  host: Ports['host'] = 'terminal',
  keychain: Keychain = createMemoryKeychain(),
): Application {
  return createApplication({ profile, host, entries, keychain, dialogs: { choose: async () => [] }, version: '0' });
}

/** A folder that goes when the work is done. */
export async function inFolder<Value>(work: (folder: string) => Promise<Value>): Promise<Value> {
  const folder = await mkdtemp(join(tmpdir(), 'cloister-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

/** With an open vault that leaves nothing behind. */
export function withApplication<Value>(
  work: (application: Application, folder: string) => Promise<Value>,
): Promise<Value> {
  return inFolder(async (folder) => {
    const application = applicationOf(join(folder, 'profile'));
    await application.start();
    try {
      await application.create({ keySource: 'memory' });
      return await work(application, folder);
    } finally {
      await application.stop();
    }
  });
}

/** The engine that set-up obtained, in its cage. */
export async function startEngine({ engine }: Pick<Rooms, 'engine'>): Promise<void> {
  const cache = cachedEngine({ platform: process.platform, home: homedir(), environment: process.env });
  const binary = join(cache, 'bin', 'ollama');
  if (!existsSync(binary)) throw new NotMeasurable('No engine is set up on this machine: npm run setup obtains one.');
  await engine.trustFile(binary);
  await engine.start();
}
