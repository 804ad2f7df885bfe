import type { App, PowerMonitor } from 'electron';

/** Milliseconds. Long enough to stop the engine and put the databases away; then Cloister ends anyway. */
const longestStop = 10_000;

type Quitting = Pick<App, 'on' | 'quit' | 'exit'>;

/** Before it quits, the application is stopped, once and within a time limit. Closing the window quits, on every system. */
export function stopBeforeQuit(app: Quitting, stop: () => Promise<void>, limit = longestStop): void {
  let state: 'running' | 'stopping' | 'stopped' = 'running';
  app.on('window-all-closed', () => app.quit());
  app.on('before-quit', (event) => {
    if (state === 'stopped') return;
    event.preventDefault();
    if (state === 'stopping') return;
    state = 'stopping';
    void within(limit, stop()).then((inTime) => {
      state = 'stopped';
      if (inTime) app.quit();
      else app.exit(1);
    });
  });
}

/** True when the work ended in time, well or not. */
async function within(limit: number, work: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), limit);
  });
  const done = work.then(
    () => true,
    () => true,
  );
  return Promise.race([done, late]).finally(() => clearTimeout(timer));
}

/** The vault locks when the person's session does, and before the memory is written to disk or left powered in sleep. */
export function lockWithTheSystem(power: Pick<PowerMonitor, 'on'>, lock: () => void): void {
  power.on('suspend', lock);
  power.on('lock-screen', lock);
}
