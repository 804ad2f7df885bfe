/** What the kernel counted in one network namespace. Packets of all interfaces but loopback can have left it. */
export interface Counters {
  readonly interfaces: readonly string[];
  /** Packets sent and received by every interface but `lo`. */
  readonly outside: number;
  readonly loopback: number;
  /** Attempts that found no way out, IPv4 and IPv6: connections, datagrams, name look-ups. */
  readonly unroutable: { readonly ipv4: number; readonly ipv6: number };
}

/** The three files of `/proc/<process>/net`, as text. */
export interface CounterFiles {
  readonly dev: string;
  readonly snmp: string;
  /** Empty where the kernel has no IPv6. */
  readonly snmp6: string;
}

interface InterfaceLine {
  readonly name: string;
  readonly packets: number;
}

/** proc_pid_net(5): after the name come eight figures of receiving and eight of sending; the second of each is packets. */
function readInterfaces(dev: string): InterfaceLine[] {
  return dev.split('\n').flatMap((line) => {
    const [, name, rest] = /^\s*([^\s:]+):\s*(.+)$/.exec(line) ?? [];
    if (name === undefined || rest === undefined) return [];
    const figures = rest.trim().split(/\s+/).map(Number);
    return [{ name, packets: (figures[1] ?? Number.NaN) + (figures[9] ?? Number.NaN) }];
  });
}

/** `snmp` names its columns in one line and gives the figures in the next. */
function readColumn(snmp: string, group: string, column: string): number {
  const [names, figures] = snmp.split('\n').filter((line) => line.startsWith(`${group}: `));
  const at = (names ?? '').split(' ').indexOf(column);
  return at < 1 ? Number.NaN : Number(figures?.split(' ')[at] ?? Number.NaN);
}

function readLine(snmp6: string, name: string): number {
  if (snmp6.trim() === '') return 0;
  return Number(new RegExp(`^${name}\\s+(\\d+)$`, 'm').exec(snmp6)?.[1] ?? Number.NaN);
}

const sum = (lines: readonly InterfaceLine[]): number => lines.reduce((total, line) => total + line.packets, 0);

/** Null when any figure cannot be read: a counter that cannot count proves nothing. */
export function readCounters({ dev, snmp, snmp6 }: CounterFiles): Counters | null {
  const interfaces = readInterfaces(dev);
  const counters: Counters = {
    interfaces: interfaces.map((line) => line.name),
    outside: sum(interfaces.filter((line) => line.name !== 'lo')),
    loopback: sum(interfaces.filter((line) => line.name === 'lo')),
    unroutable: { ipv4: readColumn(snmp, 'Ip', 'OutNoRoutes'), ipv6: readLine(snmp6, 'Ip6OutNoRoutes') },
  };
  const { outside, loopback, unroutable } = counters;
  const unread = [outside, loopback, unroutable.ipv4, unroutable.ipv6].some(Number.isNaN);
  return unread || !counters.interfaces.includes('lo') ? null : counters;
}

export function difference(before: Counters, after: Counters): Counters {
  return {
    interfaces: [...new Set([...before.interfaces, ...after.interfaces])],
    outside: after.outside - before.outside,
    loopback: after.loopback - before.loopback,
    unroutable: {
      ipv4: after.unroutable.ipv4 - before.unroutable.ipv4,
      ipv6: after.unroutable.ipv6 - before.unroutable.ipv6,
    },
  };
}
