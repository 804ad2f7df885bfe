import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Hardware } from '../../shared/contract/types.ts';
import { diskSpeed, memorySpeed, readHardware, readHolders, type EngineHandle } from '../engine/index.ts';

/** Asking a graphics driver takes up to a second; what is free is not decided more often than this. Milliseconds. */
const freshFor = 2_000;

/** The computer as the models room asks about it; the engine is never started for a question. */
export function machineFor(engine: Pick<EngineHandle, 'status' | 'client'>, now = () => performance.now()) {
  let last: { readonly at: number; readonly hardware: Promise<Hardware> } | null = null;
  const read = async (): Promise<Hardware> => ({ ...(await readHardware()), memorySpeed: await memorySpeed() });
  return {
    hardware(): Promise<Hardware> {
      if (last === null || now() - last.at > freshFor) last = { at: now(), hardware: read() };
      return last.hardware;
    },
    async loaded() {
      const { state } = engine.status();
      if (state !== 'ready' && state !== 'degraded') return [];
      // An engine that does not answer now is not waited for: what it last said stands.
      return engine
        .client()
        .then(
          (client) => client.loaded(),
          () => [],
        )
        .catch(() => engine.status().loaded);
    },
    holders: readHolders,
  };
}

/** Reads from the largest file of the model store; null when it is empty. */
export async function measureModelDisk(store: string): Promise<number | null> {
  const folder = join(store, 'blobs');
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  const largest = names[sizes.indexOf(Math.max(...sizes))];
  return largest === undefined ? null : diskSpeed(join(folder, largest));
}
