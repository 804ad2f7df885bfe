import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, sep } from 'node:path';

/** Where systems keep the sockets of their services: name look-up, D-Bus, containers, agents, displays. */
export const hiddenFolders = ['/run', '/tmp'] as const;

/** Documentation addresses (RFC 5737): a look-up sent there has no route and is counted, where one to loopback is not. */
const nameServer = 'nameserver 192.0.2.53\noptions attempts:1 timeout:1\n';

/** Variables that lead to services of the host or to another network. */
const dropped =
  /^(DBUS_|SSH_A|GPG_AGENT|DISPLAY$|WAYLAND|XAUTHORITY|XDG_RUNTIME_DIR$|TMPDIR$|TMP$|TEMP$|(all|https?|no|ftp)_proxy$)/i;

export function environmentFor(given: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(given).filter(([name]) => !dropped.test(name)));
}

const inside = (folder: string, path: string): boolean => path === folder || path.startsWith(folder + sep);

/** The nearest part of a path that is there; and above a file, the package it belongs to. */
export function keptFor(path: string, exists: (path: string) => boolean = existsSync): string {
  let nearest = path;
  while (!exists(nearest)) nearest = dirname(nearest);
  for (let folder = dirname(nearest); folder !== dirname(folder); folder = dirname(folder))
    if (exists(join(folder, 'package.json')) && !(hiddenFolders as readonly string[]).includes(folder)) return folder;
  return nearest;
}

/** What lies in a hidden folder and is needed all the same: the command, what it names, where it runs. */
export function keptPaths(paths: readonly (string | undefined)[]): string[] {
  const needed = paths.filter((path): path is string => path !== undefined && isAbsolute(path));
  const kept = needed
    .filter((path) => hiddenFolders.some((folder) => inside(folder, path)))
    .map((path) => keptFor(path))
    .filter((path) => !(hiddenFolders as readonly string[]).includes(path));
  return [...new Set(kept)].sort();
}

/** The file behind /etc/resolv.conf, which may lie in a hidden folder; null where the system has none. */
export function resolverFile(): string | null {
  try {
    return realpathSync('/etc/resolv.conf');
  } catch {
    return null;
  }
}

export interface Walls {
  readonly kept: readonly string[];
  readonly resolver: string | null;
  /** Descriptor from which bubblewrap reads the resolver's file. */
  readonly resolverDescriptor: number;
  readonly directory: string;
}

export const resolverText = nameServer;

/**
 * bubblewrap's arguments: a network namespace with nothing but its own loopback, and no socket of a service of the host.
 * `/proc` stays the host's, and there is no namespace of processes: root could not build the engine's cage inside otherwise
 * (the kernel refuses a second `/proc` when the first is partly covered).
 */
export function namespaceArguments({ kept, resolver, resolverDescriptor, directory }: Walls): string[] {
  return [
    ...['--dev-bind', '/', '/', '--unshare-net', '--unshare-ipc', '--die-with-parent', '--new-session'],
    ...['--perms', '0755', '--tmpfs', '/run', '--perms', '1777', '--tmpfs', '/tmp'],
    // Where NixOS has its programs and drivers.
    ...['/run/current-system', '/run/opengl-driver'].flatMap((path) => ['--ro-bind-try', path, path]),
    ...kept.flatMap((path) => ['--bind', path, path]),
    ...(resolver === null ? [] : ['--ro-bind-data', String(resolverDescriptor), resolver]),
    ...['--chdir', directory],
  ];
}

/** `/proc/net/unix`: sockets with a name in the file system that accept connections (flag 0x10000). */
export function reachableSockets(table: string): string[] {
  const listening = table.split('\n').flatMap((line) => {
    const [, , , flags, , , , path] = line.trim().split(/\s+/);
    return path?.startsWith('/') === true && (Number.parseInt(flags ?? '0', 16) & 0x10000) !== 0 ? [path] : [];
  });
  const hidden = (path: string): boolean => [...hiddenFolders, '/var/run'].some((folder) => inside(folder, path));
  return [...new Set(listening.filter((path) => !hidden(path) && existsSync(path)))];
}

export const readSocketTable = (): string => readFileSync('/proc/net/unix', 'utf8');
