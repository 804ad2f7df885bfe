/**
 * A program that knows nothing of Cloister and tries every door: told processes and paths, it prints what it could do.
 * Imports nothing but Node, so that another user can run a copy of it. `node stranger.ts FILE`, the file holding `{"pids": […], "paths": […]}`.
 */
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';

export interface Errand {
  readonly pids: readonly number[];
  readonly paths: readonly string[];
}

export interface Findings {
  readonly uid: number;
  /** Listening addresses of this computer, with the number of the socket behind each. */
  readonly listening: readonly { readonly table: string; readonly port: number; readonly inode: string }[];
  /** Unix sockets, with a path or abstract, that something could connect or send to. */
  readonly unix: readonly { readonly path: string; readonly inode: string }[];
  /** Ports on which something answers as Ollama or one of its runners does. */
  readonly engines: readonly number[];
  /** Of the paths: what could be listed, read, or connected to. */
  readonly opened: readonly string[];
  /** `<pid> <file>` of /proc that could be read. */
  readonly processes: readonly string[];
  /** Environments that could be read, as text. */
  readonly environments: readonly string[];
}

const rows = (file: string): string[][] => {
  try {
    return readFileSync(file, 'utf8').trim().split('\n').slice(1).map((line) => line.trim().split(/\s+/)); // prettier-ignore
  } catch {
    return [];
  }
};

/** TCP in state 0A listens; a UDP socket in state 07 takes what comes (include/net/tcp_states.h). */
function listening(): Findings['listening'] {
  const tables = [
    ...(['tcp', 'tcp6'] as const).map((table) => [table, '0A'] as const),
    ...(['udp', 'udp6', 'udplite', 'raw', 'raw6'] as const).map((table) => [table, '07'] as const),
  ];
  return tables.flatMap(([table, state]) =>
    rows(`/proc/net/${table}`)
      .filter((fields) => fields[3] === state)
      .map((fields) => ({
        table,
        port: parseInt(fields[1]?.split(':')[1] ?? '', 16),
        inode: fields[9] ?? '',
      })),
  );
}

/**
 * Fields: Num RefCount Protocol Flags Type St Inode Path (proc_pid_net(5)). Flag 10000 says that it listens (`__SO_ACCEPTCON`,
 * include/linux/net.h); type 0002 is a datagram. Ends of connections are listed too, under the listener's name: no door.
 */
const unixSockets = (): Findings['unix'] =>
  rows('/proc/net/unix')
    .filter((fields) => fields.length > 7 && (fields[3] === '00010000' || fields[4] === '0002'))
    .map((fields) => ({ path: fields[7] ?? '', inode: fields[6] ?? '' }));

/** True when `GET path` on a port of this computer is answered with something that matches. */
function answers(port: number, path: string, expected: RegExp): Promise<boolean> {
  return new Promise((resolve) => {
    let text = '';
    const asked = request({ host: '127.0.0.1', port, path, timeout: 1_000 }, (answer) => {
      answer.on('data', (part: Buffer) => (text += part.toString().slice(0, 4096)));
      answer.on('close', () => resolve(expected.test(`${answer.statusCode ?? 0} ${text}`)));
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(false));
    asked.end();
  });
}

async function enginesOn(ports: readonly number[]): Promise<number[]> {
  const found: number[] = [];
  for (const port of new Set([11434, ...ports])) {
    const isEngine =
      (await answers(port, '/api/version', /"version"/)) || (await answers(port, '/health', /^(200|503) .*"status"/));
    if (isEngine) found.push(port);
  }
  return found;
}

const connects = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path);
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

/** How many bytes were read, of one; null when it could not be opened. */
function read(path: string): number | null {
  try {
    const file = openSync(path, 'r');
    try {
      return readSync(file, Buffer.alloc(1), 0, 1, 0);
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}

function lists(path: string): boolean {
  try {
    readdirSync(path);
    return true;
  } catch {
    return false;
  }
}

async function opened(paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const kind = ((): string => {
      try {
        const facts = statSync(path);
        return facts.isSocket() ? 'socket' : facts.isDirectory() ? 'folder' : 'file';
      } catch {
        return 'unseen';
      }
    })();
    if (lists(path)) found.push(`lists ${path}`);
    else if (kind === 'socket' ? await connects(path) : read(path) !== null) found.push(`opens ${path}`);
  }
  return found;
}

const secret = ['environ', 'maps', 'stack', 'auxv'];
const followed = ['cwd', 'exe', 'root'];

function processes(pids: readonly number[]): string[] {
  const follows = (path: string): boolean => {
    try {
      readlinkSync(path);
      return true;
    } catch {
      return false;
    }
  };
  return pids.flatMap((pid) => {
    const at = `/proc/${pid}`;
    return [
      // A process that is ending has no memory any more: its files open, and are empty.
      ...secret.filter((name) => (read(`${at}/${name}`) ?? 0) > 0),
      ...followed.filter((name) => follows(`${at}/${name}`)),
      ...(lists(`${at}/fd`) ? ['fd'] : []),
    ].map((name) => `${pid} ${name}`);
  });
}

function environmentsOf(pids: readonly number[]): string[] {
  return pids.flatMap((pid) => {
    try {
      return [readFileSync(`/proc/${pid}/environ`, 'utf8')];
    } catch {
      return [];
    }
  });
}

const { pids, paths } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Errand;
const ports = listening();
const findings: Findings = {
  uid: process.getuid?.() ?? -1,
  listening: ports,
  unix: unixSockets(),
  engines: await enginesOn(ports.filter(({ table }) => table.startsWith('tcp')).map(({ port }) => port)),
  opened: await opened(paths),
  processes: processes(pids),
  environments: environmentsOf(pids),
};
process.stdout.write(JSON.stringify(findings));
