import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sandboxCommand } from './command.ts';
import type { Sandbox, SandboxProgram, SandboxTools } from './types.ts';

const run = /* @__PURE__ */ promisify(execFile);

/** Where systems keep programs that root installed. The user's `PATH` is not asked: a folder of the user's could stand first. */
const programFolders = ['/usr/bin', '/bin', '/usr/local/bin', '/run/current-system/sw/bin'];

async function findProgram(name: string): Promise<string | null> {
  for (const folder of programFolders) {
    const path = join(folder, name);
    try {
      await access(path, constants.X_OK);
      return path;
    } catch {
      continue;
    }
  }
  return null;
}

/** The shared objects of a binary, by the system's own loader. */
async function librariesOf(binary: string): Promise<SandboxTools['libraries']> {
  const ldd = await findProgram('ldd');
  if (ldd === null) return [];
  const { stdout } = await run(ldd, [binary], { env: { LC_ALL: 'C' } });
  const seen = new Set(stdout.match(/\/[^\s()]+/g) ?? []);
  return Promise.all([...seen].map(async (seenAs) => ({ seenAs, file: await realpath(seenAs) })));
}

function firstLine(thrown: unknown): string {
  const stderr =
    typeof thrown === 'object' && thrown !== null && 'stderr' in thrown ? String(thrown.stderr) : String(thrown);
  return (stderr.trim().split('\n')[0] ?? '').slice(0, 200);
}

function withoutNamespace(prlimit: string | null, reason: string): Sandbox {
  return { kind: 'permissions', reason, tools: { bubblewrap: null, prlimit, libraries: [] } };
}

/**
 * Starts Node once inside the sandbox. What cannot be had is said, never silently left out. `given`: the path of bubblewrap,
 * null to go without.
 */
export async function findSandbox(program: SandboxProgram, given?: string | null): Promise<Sandbox> {
  if (process.platform !== 'linux') return withoutNamespace(null, 'Bubblewrap exists on Linux only.');
  const prlimit = await findProgram('prlimit');
  const bubblewrap = given === undefined ? await findProgram('bwrap') : given;
  if (bubblewrap === null)
    return withoutNamespace(prlimit, 'Bubblewrap is not installed. Install the package “bubblewrap”.');
  if (prlimit === null) return withoutNamespace(null, 'prlimit is not installed. Install the package “util-linux”.');
  try {
    const tools = { bubblewrap, prlimit, libraries: await librariesOf(program.node) };
    const probe = sandboxCommand(program, tools, true);
    await run(probe.file, [...probe.args], { env: {}, timeout: 10_000 });
    return { kind: 'namespace', reason: null, tools };
  } catch (thrown) {
    return withoutNamespace(prlimit, `This system refuses bubblewrap: ${firstLine(thrown)}`);
  }
}
