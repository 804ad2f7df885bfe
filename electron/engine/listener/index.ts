import { ownsPortOnLinux } from './linux.ts';
import { ownsPortOnMacos } from './macos.ts';
import { ownsPortOnWindows } from './windows.ts';

/** Does this process, and nobody else, listen on the port? */
export function ownsPort(pid: number, port: number, platform: NodeJS.Platform = process.platform): Promise<boolean> {
  if (platform === 'linux') return ownsPortOnLinux(pid, port);
  return platform === 'darwin' ? ownsPortOnMacos(pid, port) : ownsPortOnWindows(pid, port);
}
