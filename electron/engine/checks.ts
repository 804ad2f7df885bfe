import type { Check, EngineStatus, Hardware } from '../../shared/contract/types.ts';
import type { CageProbe } from './cage/probe.ts';
import { engineEnd, gibibytes } from './words.ts';
import type { EngineHandle } from './create-engine.ts';
import { lowestVersion } from './find/index.ts';

/** Doctor's line about the engine, from its status after `inspect`. */
export function checkEngine(status: EngineStatus): Check {
  const id = 'engine';
  if (status.version === null || status.sha256 === null) {
    const fix = `npm run setup (or install Ollama ${lowestVersion} or newer)`;
    return { id, status: 'fail', summary: status.reason ?? 'No engine was found.', fix };
  }
  const name = `Ollama ${status.version}`;
  const approve = `cloister engine trust ${status.path ?? 'FILE'}`;
  if (status.trust === 'unknown') {
    return { id, status: 'warn', summary: `${name} was never approved (SHA-256 ${status.sha256}).`, fix: approve };
  }
  if (status.trust === 'changed') {
    return {
      id,
      status: 'fail',
      summary: `${name} is not the one that was approved.`,
      fix: `If you updated it: ${approve}`,
    };
  }
  if (status.state === 'failed')
    return {
      id,
      status: 'fail',
      summary: `${name} was given up: ${engineEnd(status.reason)}`,
      fix: 'cloister engine status',
    };
  return { id, status: 'ok', summary: `${name}, SHA-256 ${status.sha256.slice(0, 16)}…, ${status.state}.` };
}

/** `mustSeal`: the organisation lets the engine run sealed in or not at all. */
export function checkCage(probe: CageProbe, mustSeal = false): Check {
  const id = 'cage';
  if (probe.kind === 'namespace') {
    return {
      id,
      status: 'ok',
      summary: 'The engine is sealed in: no network, no view of your files, nothing listens.',
    };
  }
  if (mustSeal) {
    const summary = `The engine does not run: your organisation wants it sealed in, and ${probe.reason}.`;
    return { id, status: 'fail', summary, ...fixFor(probe.reason) };
  }
  return {
    id,
    status: 'warn',
    summary: `The engine runs on a local port, because ${probe.reason}. Other programs of this computer can reach it.`,
    ...fixFor(probe.reason),
  };
}

function fixFor(reason: string): Pick<Check, 'fix'> {
  if (reason.includes('not installed')) return { fix: 'sudo apt install bubblewrap' };
  if (reason.includes('refuses')) return { fix: 'Allow unprivileged user namespaces, or work outside the container.' };
  return {};
}

const noteWords = {
  memory_not_told: 'free memory unknown',
  driver_mismatch: 'its driver was updated while it ran',
  driver_not_running: 'its driver does not run',
  divided_without_slice: 'divided (MIG), and no slice is set up',
} as const satisfies Record<NonNullable<Hardware['gpus'][number]['note']>, string>;

function memoryOf({ totalBytes, freeBytes, shared, note }: Hardware['gpus'][number]): string {
  if (shared === true) return 'uses the memory of the computer';
  const size = totalBytes === null ? 'memory unknown' : gibibytes(totalBytes);
  if (freeBytes !== null && totalBytes !== null && note === undefined) return `${gibibytes(freeBytes)} of ${size} free`;
  return note === undefined || (note === 'memory_not_told' && totalBytes === null)
    ? size
    : `${size}, ${noteWords[note]}`;
}

export function checkHardware({ memory, cpu, gpus }: Hardware): Check {
  const cards = gpus.map((gpu) => `${gpu.name} (${memoryOf(gpu)})`);
  const graphics = cards.length === 0 ? 'no graphics card for computing' : cards.join(', ');
  const summary = `${gibibytes(memory.freeBytes)} of ${gibibytes(memory.totalBytes)} memory free, ${cpu.cores} processors, ${graphics}.`;
  const broken = gpus.find(({ note }) => note === 'driver_mismatch' || note === 'driver_not_running');
  if (broken !== undefined) {
    const fix = broken.note === 'driver_mismatch' ? 'Restart the computer.' : 'Install or start the NVIDIA driver.';
    return { id: 'hardware', status: 'warn', summary, fix };
  }
  const small = memory.totalBytes < 4 * 1024 ** 3;
  return { id: 'hardware', status: small ? 'warn' : 'ok', summary };
}

/** Doctor's lines about engine, cage and hardware. */
export async function engineChecks(engine: EngineHandle, hardware: () => Promise<Hardware>): Promise<Check[]> {
  const status = await engine.inspect();
  return [checkHardware(await hardware()), checkEngine(status), checkCage(await engine.cage(), engine.mustSeal)];
}
