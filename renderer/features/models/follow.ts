import { listen } from '../../bridge/index.ts';
import { tellChanged } from './changed.tsx';
import { followDownloads } from './downloads.ts';
import { followVerifications, readPassport, usePassports } from './passports.ts';
import { readInstalled } from './store.ts';
import { followTrials } from './trials.ts';

/** Milliseconds between two readings: the application changes in many ways, and few of them are about models. */
const betweenReadings = 1500;

/** Everything about models that may change by itself, while the window is open. */
export function followModels(signal: AbortSignal): void {
  followDownloads(signal);
  followVerifications(signal);
  followTrials(signal);
  let due = false;
  const readSoon = () => {
    if (due) return;
    due = true;
    setTimeout(() => {
      due = false;
      if (!signal.aborted) void reread();
    }, betweenReadings);
  };
  const told = new Set<string>();
  listen('app.changed', {
    signal,
    hear: ({ status }) => {
      tellChanged(status, told);
      readSoon();
    },
    gap: readSoon,
  });
  void readInstalled();
}

async function reread(): Promise<void> {
  await readInstalled();
  const { open } = usePassports.getState();
  if (open !== null) await readPassport(open);
}
