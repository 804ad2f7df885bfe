import { execFile } from 'node:child_process';
import { cpus, freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Hardware } from '../../../shared/contract/types.ts';
import { parseSystemProfiler, parseVmStat } from './macos.ts';
import { nvidiaQuery, parseNvidia, type Gpu } from './nvidia.ts';
import { describeCard, readSysfsCards } from './sysfs.ts';
import { parseVideoControllers, windowsQuery } from './windows.ts';

const execute = promisify(execFile);

const systemFolder = join(process.env.SystemRoot ?? 'C:\\Windows', 'System32');

/** Fixed places: PATH may lead anywhere. */
const nvidiaPlaces: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: ['/usr/bin/nvidia-smi', '/usr/lib/wsl/lib/nvidia-smi', '/run/current-system/sw/bin/nvidia-smi'],
  win32: [join(systemFolder, 'nvidia-smi.exe')],
};

/** What a program of the system says, or null when it is not there or fails. */
async function ask(program: string, options: readonly string[]): Promise<string | null> {
  try {
    return (await execute(program, [...options], { timeout: 10_000, windowsHide: true })).stdout;
  } catch {
    return null;
  }
}

async function nvidiaCards(): Promise<Gpu[]> {
  for (const place of nvidiaPlaces[process.platform] ?? []) {
    const said = await ask(place, nvidiaQuery);
    if (said !== null) return parseNvidia(said);
  }
  return [];
}

async function linuxCards(): Promise<Gpu[]> {
  const nvidia = await nvidiaCards();
  const others = (await readSysfsCards()).map(describeCard).filter((card) => card !== null);
  // nvidia-smi knows more about its own than the kernel does.
  return [...nvidia, ...others.filter((card) => nvidia.length === 0 || card.vendor !== 'nvidia')];
}

async function windowsCards(): Promise<Gpu[]> {
  const nvidia = await nvidiaCards();
  const powershell = join(systemFolder, 'WindowsPowerShell', 'v1.0', 'powershell.exe');
  const others = parseVideoControllers((await ask(powershell, windowsQuery)) ?? '');
  return [...nvidia, ...others.filter((card) => nvidia.length === 0 || card.vendor !== 'nvidia')];
}

async function readGpus(): Promise<Gpu[]> {
  if (process.platform === 'linux') return linuxCards();
  if (process.platform === 'win32') return windowsCards();
  const said = await ask('/usr/sbin/system_profiler', ['SPDisplaysDataType', '-json']);
  return said === null ? [] : parseSystemProfiler(said);
}

/** The smaller of what the computer has and what a container grants. */
async function readMemory(): Promise<Hardware['memory']> {
  const granted = process.constrainedMemory();
  const totalBytes = granted > 0 ? Math.min(totalmem(), granted) : totalmem();
  const counted = process.platform === 'darwin' ? parseVmStat((await ask('/usr/bin/vm_stat', [])) ?? '') : null;
  return { totalBytes, freeBytes: Math.min(counted ?? freemem(), process.availableMemory(), totalBytes) };
}

/** What this computer has, now. What a driver does not tell is null, never a guess. */
export async function readHardware(): Promise<Hardware> {
  const processors = cpus();
  const model = processors[0]?.model.trim();
  return {
    memory: await readMemory(),
    cpu: { model: model === undefined || model === '' ? 'unknown' : model, cores: Math.max(1, processors.length) },
    gpus: await readGpus(),
  };
}
