import type { Caller } from '../../inference/types.ts';

/** What another program is given a token for. */
export interface ClientGrant {
  /** As the person calls the program; several tokens may have one name, and they take turns as one. */
  readonly name: string;
  readonly scopes: readonly string[];
  /** Full names of models; null: every approved one. */
  readonly models: readonly string[] | null;
  /** Seconds. */
  readonly lifetime: number;
}

/** A token as it is listed: all but the token itself. */
export interface ClientToken extends Omit<ClientGrant, 'lifetime'> {
  /** Its `jti`. */
  readonly id: string;
  readonly issuedAt: string;
  readonly expiresAt: string;
  /** Null: never yet. */
  readonly lastUsedAt: string | null;
}

export interface Sessions {
  /** A new session for this unlock; every token of an earlier one is dead and leaves the keychain. */
  open(subject: string): Promise<string>;
  /** Ends the session: the signing key is let go and its tokens leave the keychain. */
  close(): Promise<void>;
  /** The own token of one of our doors, renewed when it is about to end. Throws `locked`. */
  tokenFor(origin: Caller['origin']): Promise<string>;
  /** A token for another program, shown this once. Throws `locked`, and `conflict` when too many are out. */
  issue(grant: ClientGrant): Promise<ClientToken & { readonly token: string }>;
  /** Those of other programs that have not ended, newest first. */
  issued(): readonly ClientToken[];
  /** False when there is none with this id. Requests under way go on; the next one is refused. */
  revoke(id: string): Promise<boolean>;
  /** Every one of other programs. */
  revokeAll(): Promise<void>;
  verify(token: string): Promise<Caller | null>;
  readonly id: string | null;
}
