import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { CloisterError } from '../../../shared/errors.ts';
import type { Keychain } from '../types.ts';
import { createHelperProcess, helperPath, KeychainTimeout, type KeychainRequest } from './helper-process.ts';
import { explainKeychainFailure, missingSessionBus } from './reasons.ts';

export const keychainService = 'Cloister';

export interface SystemKeychainOptions {
  /** Node, or Electron as Node. Default: the running binary. */
  readonly node?: string;
  /** The built helper. Default: found beside this module. */
  readonly helper?: string;
  /** Milliseconds. A person may be typing the keyring's password meanwhile. */
  readonly limit?: number;
}

const backends: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'Secret Service',
  darwin: 'macOS Keychain',
  win32: 'Windows Credential Manager',
};

const defaultLimit = 30_000;

/**
 * The keychain of the operating system, through keytar in a child process. Every call ends within `limit`, writes
 * nothing to stderr, and fails with `keychain_missing` and a sentence that says what to do.
 */
export function createSystemKeychain(options: SystemKeychainOptions = {}): Keychain {
  const limit = options.limit ?? defaultLimit;
  const ask = createHelperProcess({ node: options.node ?? process.execPath, path: options.helper ?? helperPath() });

  const call = async (request: Omit<KeychainRequest, 'service'>): Promise<string | null> => {
    const reason = missingSessionBus(process.platform, process.env, existsSync);
    if (reason !== null) throw missing(reason);
    try {
      return await ask({ service: keychainService, ...request } as KeychainRequest, limit);
    } catch (thrown) {
      throw missing(reasonOf(thrown, limit));
    }
  };
  const get = (account: string): Promise<string | null> => call({ op: 'get', account });
  const set = async (account: string, secret: string): Promise<void> => {
    await call({ op: 'set', account, secret } as Omit<KeychainRequest, 'service'>);
  };
  const remove = async (account: string): Promise<void> => {
    await call({ op: 'delete', account });
  };
  return { get, set, delete: remove, probe: () => probe({ get, set, delete: remove }) };
}

const missing = (reason: string): CloisterError =>
  new CloisterError('keychain_missing', reason, { detail: { reason } });

function reasonOf(thrown: unknown, limit: number): string {
  if (thrown instanceof KeychainTimeout) {
    return `The system keychain did not answer within ${Math.round(limit / 1000)} s. If it asks for a password, answer it and try again.`;
  }
  return explainKeychainFailure(thrown instanceof Error ? thrown.message : 'unknown failure');
}

/** A name of its own each time: two instances that probe at once must not read each other's value. */
async function probe(
  keychain: Omit<Keychain, 'probe'>,
): Promise<{ available: true; backend: string } | { available: false; reason: string }> {
  const account = `probe:${randomBytes(8).toString('hex')}`;
  const value = randomBytes(16).toString('base64');
  try {
    await keychain.set(account, value);
    const kept = await keychain.get(account);
    await keychain.delete(account);
    if (kept === value) return { available: true, backend: backends[process.platform] ?? process.platform };
    return {
      available: false,
      reason: 'The system keychain did not give back what was put into it. Use a passphrase.',
    };
  } catch (thrown) {
    return {
      available: false,
      reason: thrown instanceof Error ? thrown.message : 'The system keychain is not available.',
    };
  }
}
