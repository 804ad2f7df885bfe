/** What the two sides of a lease's thread say to each other. */

/** What the thread may do: fixed when it starts. */
export interface Permission {
  /** The lease's allow-list; each address is judged on both sides. */
  readonly hosts: readonly string[];
  /** Authorities that this program trusts, PEM. */
  readonly authorities: readonly string[];
  /** How long a server may be silent. Milliseconds. */
  readonly silence: number;
}

/** A run of a body's bytes that is written, where it stands in the file. */
export interface Kept {
  readonly start: number;
  readonly end: number;
  /** After each write, how many bytes from `base` on are there is noted at `position` of the notes: 32 bits, little endian. */
  readonly note: { readonly position: number; readonly base: number } | null;
}

/** Where a body goes. The descriptors stay open until the exchange has ended. */
export interface Saving {
  readonly descriptor: number;
  readonly notes: number | null;
  /** The file's byte that is the body's first. */
  readonly from: number;
  /** A byte at or past this one is refused. */
  readonly until: number;
  /** In the file's order; the other bytes are passed over. */
  readonly kept: readonly Kept[];
}

export interface Ask {
  readonly kind: 'ask';
  readonly id: number;
  readonly method: 'GET' | 'HEAD';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export type Order =
  | Ask
  /** One more piece of the body. */
  | { readonly kind: 'more'; readonly id: number }
  | { readonly kind: 'save'; readonly id: number; readonly saving: Saving }
  | { readonly kind: 'cancel'; readonly id: number };

/** Why an exchange ended early: the line, the disk, silence, more than was asked for, or an answer that is no HTTP. */
export interface Failure {
  readonly kind: 'line' | 'disk' | 'silent' | 'too_much' | 'not_http' | 'refused';
  readonly code: string | null;
  readonly message: string;
}

export type Reply =
  | {
      readonly kind: 'head';
      readonly id: number;
      readonly status: number;
      /** By lower-case name; null where it stands more than once. */
      readonly headers: ReadonlyMap<string, string | null>;
    }
  | { readonly kind: 'piece'; readonly id: number; readonly bytes: Uint8Array }
  /** So many bytes of the body are dealt with: written, or passed over. */
  | { readonly kind: 'saved'; readonly id: number; readonly bytes: number }
  /** Nothing of it is read or written any more. */
  | { readonly kind: 'end'; readonly id: number; readonly failure: Failure | null };
