/** What the process may use. Bytes, seconds; the heap in MiB, as V8 takes it. */
export interface SandboxLimits {
  /** `RLIMIT_DATA`. It counts what is reserved, and an idle Node 24 reserves 573 MB (measured). */
  readonly dataBytes: number;
  readonly heapMegabytes: number;
  readonly cpuSeconds: number;
  readonly openFiles: number;
  readonly scratchBytes: number;
}

/** What runs in the sandbox: one script that holds all of its code. */
export interface SandboxProgram {
  /** A Node 24 binary: the real file, not a script that starts it. */
  readonly node: string;
  readonly entry: string;
  /** A folder of data beside the entry, by name; it may be missing. */
  readonly data?: string | undefined;
  /** A V8 snapshot beside the entry, made by this very Node: started in the entry's place, with its code loaded. */
  readonly snapshot?: string | undefined;
  /** For V8, beside those that every sandboxed Node gets. */
  readonly flags?: readonly string[] | undefined;
  readonly limits: SandboxLimits;
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

export interface SandboxTools {
  /** Absolute paths; null where the program is missing or of no use. */
  readonly bubblewrap: string | null;
  readonly prlimit: string | null;
  /** Shared objects of the Node binary, as the loader looks them up, with the file each resolves to. */
  readonly libraries: readonly { readonly seenAs: string; readonly file: string }[];
}

export interface Sandbox {
  readonly kind: 'namespace' | 'permissions';
  /** Why it is not `namespace`, for people; null when it is. */
  readonly reason: string | null;
  readonly tools: SandboxTools;
}

/** Why a sandboxed process ended without an answer. */
export type EndReason = 'no_sandbox' | 'too_slow' | 'out_of_memory' | 'crashed';
