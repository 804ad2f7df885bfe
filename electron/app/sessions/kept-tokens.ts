import type { Keychain } from '../../vault/types.ts';

/** One token that is valid now. */
export interface Held {
  readonly id: string;
  readonly token: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

interface Index {
  readonly session: string;
  /** Of our own doors, by door. */
  readonly tokens: Readonly<Record<string, Held>>;
  /** Ids of the tokens of other programs, each an entry of its own: Windows keeps at most 2,560 bytes in one. */
  readonly clients: readonly string[];
}

const indexAccount = 'session-tokens';

/**
 * The tokens of one session in the keychain. What an earlier session left, also one that a crash ended, is taken out when the
 * next one begins. `account`: makes the names of a vault's own entries.
 */
export function createKeptTokens(keychain: Keychain, account: (name: string) => string) {
  const readIndex = async (): Promise<Index | null> => {
    const text = await keychain.get(account(indexAccount)).catch(() => null);
    try {
      return text === null ? null : (JSON.parse(text) as Index);
    } catch {
      return null;
    }
  };
  return {
    async clear(): Promise<void> {
      const index = await readIndex();
      for (const id of index?.clients ?? []) await keychain.delete(account(`token-${id}`));
      await keychain.delete(account(indexAccount));
    },
    saveIndex: (index: Index): Promise<void> => keychain.set(account(indexAccount), JSON.stringify(index)),
    saveClient: ({ id, token }: Held): Promise<void> => keychain.set(account(`token-${id}`), token),
    removeClient: (id: string): Promise<void> => keychain.delete(account(`token-${id}`)),
  };
}

export type KeptTokens = ReturnType<typeof createKeptTokens>;
