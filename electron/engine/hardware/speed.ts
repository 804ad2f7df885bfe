import { execFile } from 'node:child_process';
import { setImmediate as breathe } from 'node:timers/promises';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Far more than the processor's own caches keep. Bytes. */
const copied = 32 * 1024 * 1024;
const rounds = 6;

let measured: Promise<number> | null = null;

/** The fastest of a few copies: each reads as much as it writes. A copy takes a few milliseconds, then others have a turn. */
async function copyAbout(): Promise<number> {
  const from = Buffer.alloc(copied, 1);
  const to = Buffer.alloc(copied, 2);
  let fastest = Infinity;
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    from.copy(to);
    fastest = Math.min(fastest, performance.now() - began);
    await breathe();
  }
  return (2 * copied * 1000) / fastest;
}

/** Bytes a second between processor and memory, measured once for as long as this process lives: about 50 ms. */
export const memorySpeed = (): Promise<number> => (measured ??= copyAbout());

/** `268435456 bytes (268 MB, 256 MiB) copied, 0.151 s, 1.8 GB/s`, in the language `C`. */
export function parseDd(said: string): number | null {
  const [, bytes, seconds] = /^(\d+) bytes\b.*? copied, ([\d.e-]+) s\b/m.exec(said) ?? [];
  const speed = Number(bytes) / Number(seconds);
  return Number.isFinite(speed) && speed > 0 ? speed : null;
}

/**
 * Bytes a second from the disk under a file, past the system's cache. Reads 256 MiB at most; null where the system offers no
 * such reading (macOS, Windows, some file systems). Only when a person asks.
 */
export async function diskSpeed(file: string, platform: NodeJS.Platform = process.platform): Promise<number | null> {
  if (platform !== 'linux') return null;
  const options = [`if=${file}`, 'of=/dev/null', 'bs=4M', 'count=64', 'iflag=direct'];
  try {
    const { stderr } = await execute('/usr/bin/dd', options, { timeout: 30_000, env: { LC_ALL: 'C' } });
    return parseDd(stderr);
  } catch {
    return null;
  }
}
