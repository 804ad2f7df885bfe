import type { Fingerprint } from '../find/index.ts';

/** Where things lie inside the cage. Nothing there tells where they lie outside. */
export const inside = {
  engine: '/cloister/engine/bin/ollama',
  libraries: '/cloister/engine/lib/ollama',
  runtime: '/cloister/runtime',
  keeper: '/cloister/keeper',
  models: '/models',
  sockets: '/run/cloister',
  socketName: 'engine',
  home: '/home/engine',
  temporary: '/tmp',
  port: 11434,
} as const;

/** What this computer has, as read by `readHostLayout`. */
export interface HostLayout {
  /** bubblewrap knows `--size` and `--disable-userns` (0.8). */
  readonly modern: boolean;
  /** `/lib` → `usr/lib` and its siblings on merged systems. */
  readonly links: readonly { readonly path: string; readonly target: string }[];
  /** Folders with libraries and their data. */
  readonly libraries: readonly string[];
  readonly devices: readonly string[];
}

const bytes = (mebibytes: number): string => String(mebibytes * 1024 * 1024);

function isolation(host: HostLayout): string[] {
  return [
    ...['--unshare-user', '--unshare-net', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'],
    ...(host.modern ? ['--disable-userns'] : []),
    ...['--uid', '65532', '--gid', '65532', '--hostname', 'cloister'],
    ...['--die-with-parent', '--new-session', '--clearenv', '--cap-drop', 'ALL'],
  ];
}

/** Libraries without programs: no shell, no interpreter, no settings of the system, no user's home. */
function system(host: HostLayout): string[] {
  return [
    ...host.libraries.flatMap((folder) => ['--ro-bind', folder, folder]),
    ...host.links.flatMap((link) => ['--symlink', link.target, link.path]),
    ...['--ro-bind-try', '/etc/ld.so.cache', '/etc/ld.so.cache'],
    ...['--ro-bind-try', '/sys/devices/system/cpu', '/sys/devices/system/cpu'],
    ...['--ro-bind-try', '/sys/devices/system/node', '/sys/devices/system/node'],
    ...['--proc', '/proc', '--dev', '/dev'],
  ];
}

/** Graphics cards: their nodes, and what the drivers read about them. Nothing of this without a card. */
function graphics(host: HostLayout): string[] {
  if (host.devices.length === 0) return [];
  const described = [
    '/sys/devices',
    '/sys/class/drm',
    '/sys/class/kfd',
    '/sys/bus/pci',
    '/sys/dev/char',
    '/sys/module',
  ];
  const data = ['/usr/share/vulkan', '/etc/vulkan', '/usr/share/libdrm', '/usr/share/glvnd', '/opt/rocm'];
  return [
    ...host.devices.flatMap((device) => ['--dev-bind-try', device, device]),
    ...[...described, ...data].flatMap((folder) => ['--ro-bind-try', folder, folder]),
  ];
}

function privateFolders(host: HostLayout): string[] {
  const size = (mebibytes: number): string[] => (host.modern ? ['--size', bytes(mebibytes)] : []);
  return [
    ...[...size(256), '--tmpfs', inside.temporary],
    ...[...size(16), '--tmpfs', inside.home],
    ...['--setenv', 'HOME', inside.home, '--chdir', inside.home],
  ];
}

/** Each file by itself: what is bound cannot be exchanged any more, whatever happens to its name outside. */
export function engineFiles(fingerprint: Fingerprint): string[] {
  const linked = new Set(fingerprint.links.map((link) => link.name));
  return [
    ...['--ro-bind', fingerprint.binary.path, inside.engine],
    ...fingerprint.libraries
      .filter((file) => !linked.has(file.name))
      .flatMap((file) => ['--ro-bind', file.path, `${inside.libraries}/${file.name}`]),
    ...fingerprint.links.flatMap((link) => ['--symlink', link.target, `${inside.libraries}/${link.name}`]),
  ];
}

/** bubblewrap's arguments without the command: the walls, then what is brought in. */
export function namespaceArguments(host: HostLayout, brought: readonly string[]): string[] {
  return [
    ...isolation(host),
    ...system(host),
    ...graphics(host),
    ...privateFolders(host),
    ...brought,
    ...['--remount-ro', '/'],
  ];
}
