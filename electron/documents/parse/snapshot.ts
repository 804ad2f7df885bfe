import { readFile, stat } from 'node:fs/promises';
import type { SandboxTools } from '../../sandbox/index.ts';
import { startChild } from './child.ts';
import { sandboxCommand } from './sandbox-command.ts';

export interface Snapshot {
  readonly path: string | null;
  /** Why there is none to start from, for people; null when there is. */
  readonly reason: string | null;
}

interface Wanted {
  readonly node: string;
  readonly entry: string;
  readonly tools: SandboxTools;
  readonly environment: Readonly<Record<string, string>>;
}

const without = (reason: string): Snapshot => ({ path: null, reason });

/**
 * The snapshot fits the Node that made it and no other: a foreign one would run with wrong addresses. Node compares version
 * and V8 itself; the size of the binary tells builds of one version apart.
 */
async function isOfThisNode(path: string, node: string): Promise<boolean> {
  const note = JSON.parse(await readFile(`${path}.json`, 'utf8')) as { bytes?: unknown };
  return note.bytes === (await stat(node)).size;
}

/** Reads one line in the sandbox, as every document will be read. */
async function answers(path: string, { node, entry, tools, environment }: Wanted): Promise<boolean> {
  const line = 'A line to read.';
  const child = startChild(sandboxCommand({ node, entry, tools, snapshot: path }), environment);
  const reply = await child.parse({ extension: 'txt', bytes: Buffer.from(line), wallTime: 10_000 });
  child.kill();
  return reply.ok && reply.document.text === line;
}

/** Looks for `parser.blob` beside `parser.js`. What cannot be used is said, never silently left out. */
export async function findSnapshot(wanted: Wanted): Promise<Snapshot> {
  const path = wanted.entry.replace(/\.[cm]?js$/, '.blob');
  try {
    if (!(await isOfThisNode(path, wanted.node))) return without('The snapshot was made by another Node.');
  } catch {
    return without('There is no snapshot.');
  }
  return (await answers(path, wanted)) ? { path, reason: null } : without('The snapshot does not start.');
}
