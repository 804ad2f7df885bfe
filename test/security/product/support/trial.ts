/** The built command line in a world of its own, whose every folder a trial can look through afterwards. */
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseTable } from '../../../../electron/app/database-worker.ts';
import { probeCage } from '../../../../electron/engine/cage/probe.ts';
import { createVault } from '../../../../electron/vault/index.ts';
import type { Vault } from '../../../../electron/vault/types.ts';
import type { LedgerEntry } from '../../../../shared/contract/types.ts';
import { createCommandLine, type CommandLine } from '../../../service/terminal/cli.ts';

const root = join(import.meta.dirname, '../../../..');

/** The engine's cage and the parser's sandbox can be had here; where they cannot, the threat model names what is lost. */
export const hasNamespaces =
  (await probeCage({ node: process.execPath, keeper: join(root, 'dist/engine-keeper.cjs') })).kind === 'namespace';

/** 50 kills and every document there is, with CLOISTER_LONG=1; seconds and a few of each without. */
export const isLong = process.env['CLOISTER_LONG'] === '1';

export const samples = join(root, 'resources/samples');

const data = process.env['CLOISTER_DATA'] ?? join(root, '../shared/data');

/** The files of a folder, without those of its folders; none where it is absent. */
export const filesIn = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder).sort().map((name) => join(folder, name)) : []; // prettier-ignore

/** Real reports as PDF, and office files of many kinds, sound and broken; empty where the test data is absent. */
export const reports = filesIn(join(data, 'documents/ntsb-reports'));
export const officeFiles = filesIn(join(data, 'documents/office'));

export interface Trial extends CommandLine {
  /** What is handed over, and the passphrase: outside all that is Cloister's. */
  readonly originals: string;
  /** TMPDIR and XDG_RUNTIME_DIR of this trial alone. */
  readonly temporary: string;
  readonly runtime: string;
}

export interface TrialOptions {
  readonly environment?: NodeJS.ProcessEnv;
  readonly passphrase?: string;
  /** Without one, as on servers, what needs a private folder makes it in the shared one for temporary files. */
  readonly hasRuntimeFolder?: boolean;
}

/** The folder around everything is open to all, so that what keeps others out is Cloister's own doing. */
export async function createTrial(options: TrialOptions = {}): Promise<Trial> {
  const folder = await mkdtemp(join(tmpdir(), 'cloister-trial-'));
  const [temporary, runtime] = [join(folder, 'tmp'), join(folder, 'run')];
  for (const each of [temporary, runtime]) await mkdir(each, { mode: 0o700 });
  await chmod(folder, 0o755);
  await chmod(temporary, 0o1777);
  const cli = await createCommandLine({
    folder,
    environment: {
      TMPDIR: temporary,
      XDG_RUNTIME_DIR: options.hasRuntimeFolder === false ? '' : runtime,
      ...options.environment,
    },
    ...(options.passphrase === undefined ? {} : { passphrase: options.passphrase }),
  });
  return { ...cli, originals: join(folder, 'documents'), temporary, runtime };
}

/** Everything a killed run may have left in folders for temporary things. */
export const leftIn = (trial: Trial): string[] => [
  ...readdirSync(trial.temporary).map((name) => join(trial.temporary, name)),
  ...readdirSync(trial.runtime).map((name) => join(trial.runtime, name)),
];

export interface Contents {
  /** Sentences of the integrity check; none is good. */
  readonly problems: readonly string[];
  readonly ledger: readonly LedgerEntry[];
  readonly documents: number;
  readonly chunks: number;
  readonly embedded: number;
}

async function read(vault: Vault<DatabaseTable>, name: string): Promise<Contents> {
  const problems = (await vault.check()).flatMap((report) => report.problems);
  const collection = (await vault.database.call('documents.collections', {})).find((one) => one.name === name);
  if (collection === undefined) return { problems, ledger: [], documents: 0, chunks: 0, embedded: 0 };
  const ledger = await vault.database.call('documents.ledger', { collectionId: collection.id });
  return { problems, ledger, ...collection };
}

/** Opens the profile with the built database worker and reads what the command line does not tell. */
export async function readContents(trial: Trial, passphrase: string, collection: string): Promise<Contents> {
  const vault = createVault<DatabaseTable>({
    profile: trial.profile,
    keychain: null,
    workerPath: join(root, 'dist/database-worker.js'),
  });
  await vault.unlock(passphrase);
  try {
    return await read(vault, collection);
  } finally {
    await vault.lock();
  }
}

export const removeTrial = (trial: Trial): Promise<void> =>
  rm(trial.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
