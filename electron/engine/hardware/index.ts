import { cpus, freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Hardware } from '../../../shared/contract/types.ts';
import { amdCards } from './amd-tools.ts';
import { ask, hear } from './hear.ts';
import { withXpu } from './intel-tools.ts';
import { parseSystemProfiler, parseVmStat } from './macos.ts';
import { nvidiaOldQuery, nvidiaQuery, nvidiaReport, nvidiaTrouble, parseNvidia, type Gpu } from './nvidia.ts';
import { withRocmNames } from './rocm.ts';
import { describeCard, readSysfsCards } from './sysfs.ts';
import { parseVideoControllers, windowsQuery } from './windows.ts';

export { readHolders } from './holders.ts';
export { diskSpeed, memorySpeed } from './speed.ts';

const systemFolder = join(process.env.SystemRoot ?? 'C:\\Windows', 'System32');

/** Fixed places: PATH may lead anywhere. */
const nvidiaPlaces: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: [
    '/usr/bin/nvidia-smi',
    '/usr/lib/wsl/lib/nvidia-smi',
    '/usr/local/nvidia/bin/nvidia-smi',
    '/run/current-system/sw/bin/nvidia-smi',
  ],
  win32: [join(systemFolder, 'nvidia-smi.exe')],
};

interface Nvidia {
  readonly cards: readonly Gpu[];
  /** Why there are none, as far as its tool says. */
  readonly note: Gpu['note'];
}

async function nvidiaCards(): Promise<Nvidia> {
  let note: Gpu['note'];
  for (const place of nvidiaPlaces[process.platform] ?? []) {
    for (const question of [nvidiaReport, nvidiaQuery, nvidiaOldQuery]) {
      const said = await hear(place, question);
      if (said === null) break;
      const cards = said.ok ? parseNvidia(said.words) : [];
      if (cards.length > 0) return { cards, note: undefined };
      note ??= nvidiaTrouble(said.words);
    }
  }
  return { cards: [], note };
}

/** nvidia-smi knows more about its own than the kernel does; where it fails, the card stays in the list with the reason. */
export function joined({ cards, note }: Nvidia, others: readonly Gpu[]): Gpu[] {
  const rest = cards.length === 0 ? others : others.filter(({ vendor }) => vendor !== 'nvidia');
  const told = (card: Gpu): Gpu => (card.vendor === 'nvidia' && note !== undefined ? { ...card, note } : card);
  return [...cards, ...rest.map(told)];
}

async function linuxCards(): Promise<Gpu[]> {
  const kernels = (await readSysfsCards()).map(describeCard).filter((card) => card !== null);
  const others = withRocmNames(kernels, await amdCards(kernels));
  return joined(await nvidiaCards(), await withXpu(others));
}

async function windowsCards(): Promise<Gpu[]> {
  const powershell = join(systemFolder, 'WindowsPowerShell', 'v1.0', 'powershell.exe');
  const others = parseVideoControllers((await ask(powershell, windowsQuery)) ?? '');
  return joined(await nvidiaCards(), others);
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
