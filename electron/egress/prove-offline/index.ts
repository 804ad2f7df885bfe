import { accessSync, constants } from 'node:fs';
import { canonicalJson } from '../../audit/index.ts';
import { controlProgram, judgeControl } from './control.ts';
import { runCounted, type Job } from './counted-run.ts';
import { reachableSockets, readSocketTable } from './namespace.ts';
import { reportRefused, reportRun, type OfflineFindings } from './report.ts';

export type { OfflineAttempt } from './report.ts';

export interface OfflineProof extends OfflineFindings {
  /** Ed25519 by the record's key over the canonical JSON (RFC 8785) of all other keys, base64. */
  readonly signature: string;
}

export interface ProveOfflineOptions {
  /** The main job: a command that ends with 0 when it did its work. Absolute, and in its arguments absolute paths. */
  readonly command: string;
  readonly args: readonly string[];
  /** How long the job may take. */
  readonly seconds: number;
  readonly cwd?: string | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The record's signature, as text. */
  readonly sign: (message: Uint8Array) => string;
  /** Runs the control's few lines. */
  readonly node?: string | undefined;
  /** `null`: as if bubblewrap were not installed. */
  readonly bubblewrap?: string | null | undefined;
  readonly clock?: (() => Date) | undefined;
}

/** Where root installs programs. The user's PATH is not asked: a folder of the user's could stand first. */
const bubblewrapPlaces = ['/usr/bin/bwrap', '/bin/bwrap', '/usr/local/bin/bwrap', '/run/current-system/sw/bin/bwrap'];

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const controlSeconds = 30;

async function examine(options: ProveOfflineOptions): Promise<OfflineFindings> {
  const at = (options.clock?.() ?? new Date()).toISOString();
  if (process.platform !== 'linux') return reportRefused('Network namespaces exist on Linux only.', at);
  const bubblewrap = options.bubblewrap === undefined ? bubblewrapPlaces.find(isProgram) : options.bubblewrap;
  if (bubblewrap === undefined || bubblewrap === null)
    return reportRefused('Bubblewrap is not installed. Install the package “bubblewrap” and try again.', at);
  const around = { cwd: options.cwd ?? process.cwd(), env: options.env ?? process.env, signal: options.signal };
  const node = options.node ?? process.execPath;
  const control = judgeControl(
    await runCounted(bubblewrap, { ...around, command: node, args: ['-e', controlProgram], seconds: controlSeconds }),
  );
  if (!control.ok) return reportRefused(control.reason ?? '', at);
  const job: Job = { ...around, command: options.command, args: options.args, seconds: options.seconds };
  const run = await runCounted(bubblewrap, job);
  return reportRun({ run, control, at, seconds: options.seconds, sockets: reachableSockets(readSocketTable()).length });
}

/**
 * Runs the main job in a network namespace of its own with every packet and every attempt counted, after a control run in
 * which attempts are made on purpose and must be seen. Says what it does not vouch for, and signs all of it. Where
 * namespaces are refused it proves nothing and says why (`ok: false`). Throws only when `signal` aborts it.
 */
export async function proveOffline(options: ProveOfflineOptions): Promise<OfflineProof> {
  const findings = await examine(options);
  return { ...findings, signature: options.sign(Buffer.from(canonicalJson(findings))) };
}
