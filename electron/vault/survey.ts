import type { KeySource } from '../../shared/contract/types.ts';
import { readHeader } from './header/file.ts';
import type { Header } from './header/format.ts';
import { databaseNames, databasePath, exists } from './profile/files.ts';

/** What a profile holds, told from its files alone. */
export type Survey =
  | { readonly kind: 'absent' }
  /** A creation that did not finish, or a temporary vault whose key is gone: nothing in it can ever be read. */
  | { readonly kind: 'leftover'; readonly header: Header }
  | { readonly kind: 'ready'; readonly header: Header }
  | { readonly kind: 'damaged'; readonly reason: string; readonly header: Header | null }
  | { readonly kind: 'newer' };

export async function survey(profile: string): Promise<Survey> {
  const present = await Promise.all(databaseNames.map((name) => exists(databasePath(profile, name))));
  const reading = await readHeader(profile);
  switch (reading.kind) {
    case 'absent':
      return present.some(Boolean)
        ? { kind: 'damaged', reason: 'its key file vault.json is missing', header: null }
        : { kind: 'absent' };
    case 'newer':
      return { kind: 'newer' };
    case 'damaged':
      return { kind: 'damaged', reason: `its key file vault.json cannot be used: ${reading.reason}`, header: null };
    case 'header':
      return judge(reading.header, present.every(Boolean));
  }
}

function judge(header: Header, complete: boolean): Survey {
  const openable = header.slots.some((slot) => slot.kind !== 'memory');
  if (header.state === 'creating' || !openable) return { kind: 'leftover', header };
  return complete ? { kind: 'ready', header } : { kind: 'damaged', reason: 'a database file is missing', header };
}

export const keySourceOf = (header: Header | null): KeySource | null => header?.slots[0]?.kind ?? null;
