import { basename, dirname, join } from 'node:path';
import type { Command, SandboxLimits, SandboxProgram, SandboxTools } from './types.ts';

/** Node's own limits: the whole defence where bubblewrap is refused, the second wall where it is not. */
function nodeArguments(
  { limits, flags = [] }: SandboxProgram,
  readable: readonly string[],
  code: readonly string[],
): string[] {
  return [
    '--permission',
    ...readable.map((path) => `--allow-fs-read=${path}`),
    '--disallow-code-generation-from-strings',
    '--disable-proto=delete',
    '--no-addons',
    '--no-warnings',
    `--max-old-space-size=${limits.heapMegabytes}`,
    ...flags,
    ...code,
  ];
}

/** The kernel holds memory and processor time; no core file may hold what was read. */
function held(prlimit: string | null, limits: SandboxLimits, command: Command): Command {
  if (prlimit === null) return command;
  const limited = [
    `--data=${limits.dataBytes}`,
    `--cpu=${limits.cpuSeconds}`,
    '--core=0',
    `--fsize=${limits.scratchBytes}`,
    `--nofile=${limits.openFiles}`,
  ];
  return { file: prlimit, args: [...limited, command.file, ...command.args] };
}

/**
 * The snapshot is named twice: Node lets a process read the script it is given, and without one the whole folder it stands
 * in, which is the root.
 */
const codeOf = (entry: string, snapshot: string | undefined): string[] =>
  snapshot === undefined ? [entry] : ['--snapshot-blob', snapshot, snapshot];

const insideName = (entry: string): string => `/app/${basename(entry).replace(/\.[cm]?js$/, '')}.mjs`;

const insideSnapshot = (snapshot: string): string => `/app/${basename(snapshot)}`;

/**
 * A root of its own that holds the Node binary, its libraries, the script and its data, all read-only; no network, no
 * `/proc`, no `/dev`, no environment, no capabilities. The script is mounted as `.mjs`, so that Node need not look for a
 * `package.json` to know that it is a module.
 */
function bubblewrapArguments({ node, entry, data, snapshot, limits }: SandboxProgram, tools: SandboxTools): string[] {
  return [
    ...['--unshare-all', '--die-with-parent', '--new-session', '--clearenv', '--cap-drop', 'ALL'],
    ...tools.libraries.flatMap(({ seenAs, file }) => ['--ro-bind', file, seenAs]),
    ...['--ro-bind', node, '/node'],
    ...(snapshot === undefined
      ? ['--ro-bind', entry, insideName(entry)]
      : ['--ro-bind', snapshot, insideSnapshot(snapshot)]),
    ...(data === undefined ? [] : ['--ro-bind-try', join(dirname(entry), data), `/app/${data}`]),
    ...['--size', String(limits.scratchBytes), '--tmpfs', '/tmp'],
    ...['--remount-ro', '/', '--chdir', '/app'],
  ];
}

/** `probe` starts Node with `--version` only: to see whether the sandbox can be had. */
export function sandboxCommand(program: SandboxProgram, tools: SandboxTools, probe = false): Command {
  const { node, entry, data, snapshot, limits } = program;
  const { bubblewrap, prlimit } = tools;
  if (bubblewrap === null) {
    const readable = [entry, ...(data === undefined ? [] : [join(dirname(entry), data)])];
    const args = probe ? ['--version'] : nodeArguments(program, readable, codeOf(entry, snapshot));
    return held(prlimit, limits, { file: node, args });
  }
  const code = codeOf(insideName(entry), snapshot === undefined ? undefined : insideSnapshot(snapshot));
  const inside = probe ? ['--version'] : nodeArguments(program, ['/app'], code);
  return held(prlimit, limits, {
    file: bubblewrap,
    args: [...bubblewrapArguments(program, tools), '/node', ...inside],
  });
}
