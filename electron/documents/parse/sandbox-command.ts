import { dirname, join } from 'node:path';
import { limits } from './limits.ts';

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

/** Node's own limits: the whole defence where bubblewrap is refused, the second wall where it is not. */
function nodeArguments(readable: readonly string[], script: string): string[] {
  return [
    '--permission',
    ...readable.map((path) => `--allow-fs-read=${path}`),
    '--disallow-code-generation-from-strings',
    '--disable-proto=delete',
    '--no-addons',
    '--no-warnings',
    `--max-old-space-size=${limits.heapMegabytes}`,
    script,
  ];
}

/** The kernel holds memory and processor time; no core file may hold a document. */
function held(prlimit: string | null, command: Command): Command {
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
 * A root of its own that holds the Node binary, its libraries, the parser and its data, all read-only; no network, no
 * `/proc`, no `/dev`, no environment, no capabilities. The parser is mounted as `.mjs`, so that Node need not look for a
 * `package.json` to know that it is a module.
 */
function bubblewrapArguments(node: string, entry: string, tools: SandboxTools): string[] {
  const data = join(dirname(entry), 'pdfjs');
  return [
    ...['--unshare-all', '--die-with-parent', '--new-session', '--clearenv', '--cap-drop', 'ALL'],
    ...tools.libraries.flatMap(({ seenAs, file }) => ['--ro-bind', file, seenAs]),
    ...['--ro-bind', node, '/node'],
    ...['--ro-bind', entry, '/app/parser.mjs'],
    ...['--ro-bind-try', data, '/app/pdfjs'],
    ...['--size', String(limits.scratchBytes), '--tmpfs', '/tmp'],
    ...['--remount-ro', '/', '--chdir', '/app'],
  ];
}

/** `probe` starts Node with `--version` only: to see whether the sandbox can be had. */
export function sandboxCommand(input: { node: string; entry: string; tools: SandboxTools; probe?: boolean }): Command {
  const { node, entry, tools, probe = false } = input;
  const { bubblewrap } = tools;
  if (bubblewrap === null) {
    const readable = [entry, join(dirname(entry), 'pdfjs')];
    return held(tools.prlimit, { file: node, args: probe ? ['--version'] : nodeArguments(readable, entry) });
  }
  const inside = probe ? ['--version'] : nodeArguments(['/app'], '/app/parser.mjs');
  return held(tools.prlimit, {
    file: bubblewrap,
    args: [...bubblewrapArguments(node, entry, tools), '/node', ...inside],
  });
}
