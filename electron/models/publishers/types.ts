import type { KeyObject } from 'node:crypto';
import type { PublisherRules } from '../../../shared/contract/types.ts';
import type { Publisher } from '../../../shared/policy/registry.ts';
import type { ModelActor } from '../passports/types.ts';
import type { KeptList, ListOwner } from './database.ts';
import type { SignedDocument } from './files.ts';
import type { PublisherList } from './list.ts';

/** A list that was read and verified, with what shows it again. */
export interface TakenList {
  readonly owner: ListOwner;
  readonly list: PublisherList;
  readonly key: KeyObject;
  readonly signed: SignedDocument;
}

/** What was taken before, in the vault; null of everything while it is not open. */
export interface ListShelf {
  isOpen(): Promise<boolean>;
  kept(owner: ListOwner): Promise<KeptList | null>;
  keep(taken: TakenList, actor: ModelActor): Promise<void>;
}

/** Who is listed now, and by whom. */
export interface Publishers {
  /** What an arrival is judged by. */
  listed(): Promise<readonly Publisher[]>;
  /** The same with where it comes from and what is wrong with it, for people. */
  rules(): Promise<PublisherRules>;
  /**
   * Takes a person's own list, with the signature that lies beside it. `key`: a file with the public key; left out, the key of the list
   * that was taken before. Throws `forbidden` where policy decides, and where the list does not hold.
   */
  import(path: string, options: { key?: string | undefined; actor: ModelActor }): Promise<PublisherRules>;
}
