import type { Keychain } from '../vault/types.ts';

/** The files of the running build. All absolute. */
export interface Entries {
  readonly databaseWorker: string;
  /** The thread that hashes models. */
  readonly hashWorker: string;
  /** The thread that opens the connections of a download. */
  readonly egressWorker: string;
  readonly parser: string;
  /** Reads model files in the parser's sandbox. */
  readonly modelChecker: string;
  /** First process of the engine's cage. A real file: it cannot lie inside an archive. */
  readonly engineKeeper: string;
  /** Folder of the built page. */
  readonly page: string;
  /** The page's files: path → SHA-256 and media type. Nothing else is ever served. */
  readonly pageManifest: string;
  /** `resources/` with samples and catalogue. */
  readonly resources: string;
  /** The Node that runs child processes. Never Electron: the parser's sandbox brings this one file and its libraries. */
  readonly node: string;
  /** The command line's entry, run again by `prove-offline`. */
  readonly cli: string;
}

/** What a host gives the application. `createApplication(ports)` knows nothing of Electron, Chromium or a terminal. */
export interface Ports {
  readonly profile: string;
  readonly host: 'electron' | 'chromium' | 'terminal';
  readonly entries: Entries;
  readonly keychain: Keychain;
  readonly dialogs: Dialogs;
  readonly version: string;
}

/** Native dialogs. `null`: this host has none; an empty list: the person cancelled. */
export interface Dialogs {
  choose(kind: 'files' | 'folder'): Promise<readonly string[] | null>;
}
