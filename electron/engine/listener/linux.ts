import { readdir, readFile, readlink } from 'node:fs/promises';

const listening = '0A';

/**
 * Socket inodes that listen on a TCP port, on any address, out of `/proc/net/tcp` or `tcp6`: `sl local_address
 * rem_address st … inode` with the port in upper-case hexadecimal (proc_pid_net(5)).
 */
export function listeningInodes(table: string, port: number): string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === listening && fields[1]?.split(':')[1] === wanted)
    .map((fields) => fields[9] ?? '');
}

async function socketsOf(pid: number): Promise<Set<string>> {
  const folder = `/proc/${pid}/fd`;
  const names = await readdir(folder);
  const targets = await Promise.all(names.map((name) => readlink(`${folder}/${name}`).catch(() => '')));
  return new Set(targets.map((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? ''));
}

/** True when every socket listening on the port belongs to this process, and there is one. */
export async function ownsPortOnLinux(pid: number, port: number): Promise<boolean> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8').catch(() => '')),
  );
  const inodes = tables.flatMap((table) => listeningInodes(table, port));
  const own = await socketsOf(pid).catch(() => new Set<string>());
  return inodes.length > 0 && inodes.every((inode) => own.has(inode));
}
