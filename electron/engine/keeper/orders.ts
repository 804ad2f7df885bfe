/**
 * What the parent tells the keeper (one JSON object a line on its standard input) and hears from it (on its standard
 * output). The keeper is the first process of the cage; the engine is its child. No line holds a secret.
 */
export interface Orders {
  readonly engine: {
    readonly command: string;
    readonly args: readonly string[];
    readonly environment: Readonly<Record<string, string>>;
    readonly directory: string;
    /** Opened by the keeper and inherited as descriptor 3, so that what was checked is what runs. */
    readonly pinned: string | null;
  };
  /** Offers the engine's port as a socket; null where the parent reaches the port itself. */
  readonly bridge: { readonly socket: string; readonly port: number } | null;
  /** Files that must still be the ones that were hashed. */
  readonly files: readonly CheckedFile[];
  /** Time between asking the engine to end and ending it. */
  readonly graceMilliseconds: number;
}

export interface CheckedFile {
  readonly path: string;
  readonly dev: string;
  readonly ino: string;
  readonly size: string;
  readonly mtimeNs: string;
  readonly ctimeNs: string;
}

export type Command = { readonly type: 'go' } | { readonly type: 'stop' };

export type Report =
  /** The socket exists; the parent takes hold of it and says `go`. */
  | { readonly type: 'listening' }
  | { readonly type: 'started'; readonly pid: number }
  | { readonly type: 'changed'; readonly name: string }
  | { readonly type: 'exited'; readonly code: number | null; readonly signal: string | null }
  | { readonly type: 'failed'; readonly reason: string };
