import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import type { HostDriver } from './driver.ts';

const root = join(import.meta.dirname, '../..');
const installed = join(root, 'node_modules/electron');

/** Electron's binary where its installer put it, or null: the npm package alone carries none. */
export function electronBinary(): string | null {
  const pointer = join(installed, 'path.txt');
  if (!existsSync(pointer)) return null;
  const binary = join(installed, 'dist', readFileSync(pointer, 'utf8').trim());
  return existsSync(binary) ? binary : null;
}

/** The runner's own, without what would make Electron a plain Node. */
function environment(profile: string): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[0] !== 'ELECTRON_RUN_AS_NODE' && entry[1] !== undefined,
  );
  return { ...Object.fromEntries(kept), CLOISTER_PROFILE: profile };
}

/** The checkout's build in Electron itself. An installed program cannot be driven: its fuses and switches forbid it. */
export async function startInElectron(profile: string): Promise<HostDriver> {
  const executablePath = electronBinary();
  if (executablePath === null) throw new Error('Electron’s binary is not installed. Run: npx install-electron');
  const open = async (): Promise<{ electron: ElectronApplication; page: Page }> => {
    const electron = await _electron.launch({
      executablePath,
      args: [root],
      env: environment(profile),
    });
    return { electron, page: await electron.firstWindow() };
  };
  let running = await open();
  const stop = (): Promise<void> => running.electron.close();
  return {
    get page() {
      return running.page;
    },
    driver: {
      profile,
      restart: async () => {
        await stop();
        running = await open();
      },
      answerNextDialog: (paths) =>
        running.electron.evaluate(
          ({ dialog }, filePaths) => {
            dialog.showOpenDialog = () => Promise.resolve({ canceled: filePaths.length === 0, filePaths });
          },
          [...paths],
        ),
    },
    stop,
  };
}
