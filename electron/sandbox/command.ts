import { basename, dirname, join } from 'node:path';
import type { Command, SandboxLimits, SandboxProgram, SandboxTools } from './types.ts';

/** Node's own limits: the whole defence where bubblewrap is refused, the second wall where it is not. */
function nodeArguments(readable: readonly string[], script: string, heapMegabytes: number): string[] {
  return [
    '--permission',
    ...readable.map((path) => `--allow-fs-read=${path}`),
    '--disallow-code-generation-from-strings',
    '--disable-proto=delete',
    '--no-addons',
    '--no-warnings',
    `--max-old-space-size=${heapMegabytes}`,
    script,
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

const insideName = (entry: string): string => `/app/${basename(entry).replace(/\.[cm]?js$/, '')}.mjs`;

/**
 * A root of its own that holds the Node binary, its libraries, the script and its data, all read-only; no network, no
 * `/proc`, no `/dev`, no environment, no capabilities. The script is mounted as `.mjs`, so that Node need not look for a
 * `package.json` to know that it is a module.
 */
function bubblewrapArguments({ node, entry, data, limits }: SandboxProgram, tools: SandboxTools): string[] {
  return [
    ...['--unshare-all', '--die-with-parent', '--new-session', '--clearenv', '--cap-drop', 'ALL'],
    ...tools.libraries.flatMap(({ seenAs, file }) => ['--ro-bind', file, seenAs]),
    ...['--ro-bind', node, '/node'],
    ...['--ro-bind', entry, insideName(entry)],
    ...(data === undefined ? [] : ['--ro-bind-try', join(dirname(entry), data), `/app/${data}`]),
    ...['--size', String(limits.scratchBytes), '--tmpfs', '/tmp'],
    ...['--remount-ro', '/', '--chdir', '/app'],
  ];
}

/** `probe` starts Node with `--version` only: to see whether the sandbox can be had. */
export function sandboxCommand(program: SandboxProgram, tools: SandboxTools, probe = false): Command {
  const { node, entry, data, limits } = program;
  const { bubblewrap, prlimit } = tools;
  if (bubblewrap === null) {
    const readable = [entry, ...(data === undefined ? [] : [join(dirname(entry), data)])];
    const args = probe ? ['--version'] : nodeArguments(readable, entry, limits.heapMegabytes);
    return held(prlimit, limits, { file: node, args });
  }
  const inside = probe ? ['--version'] : nodeArguments(['/app'], insideName(entry), limits.heapMegabytes);
  return held(prlimit, limits, {
    file: bubblewrap,
    args: [...bubblewrapArguments(program, tools), '/node', ...inside],
  });
}
