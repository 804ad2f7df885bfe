import { create } from 'zustand';
import type { Download } from '../../../shared/contract/types.ts';
import { attempt, listen, type Failure } from '../../bridge/index.ts';
import { describeDownloadError, describeImportError, t } from '../../i18n/index.ts';
import { announce, rescueFocus, tell } from '../../ui/index.ts';
import { useRoute } from '../../app/route.ts';
import { bare, readInstalled, readModels, useModels } from './store.ts';

interface Downloads {
  readonly list: readonly Download[];
  /** Why the list could not be read. */
  readonly failure: Failure | null;
}

const start: Downloads = { list: [], failure: null };

export const useDownloads = create<Downloads>(() => start);

export const resetDownloads = (): void => useDownloads.setState(start, true);

/** In the order in which they were asked for. */
export function withDownload(list: readonly Download[], download: Download): readonly Download[] {
  return list.some((one) => one.id === download.id)
    ? list.map((one) => (one.id === download.id ? download : one))
    : [...list, download];
}

export const isUnderWay = ({ state }: Download): boolean =>
  state === 'queued' || state === 'running' || state === 'checking';

/** The download of a model that is not finished. */
export const downloadOf = (list: readonly Download[], name: string): Download | null =>
  list.find((one) => bare(one.name) === bare(name) && one.state !== 'done') ?? null;

export async function readDownloads(): Promise<void> {
  const result = await attempt('models.downloads', {});
  if (!result.ok) {
    useDownloads.setState({ failure: result.error });
    return;
  }
  useDownloads.setState({ list: result.value.downloads, failure: null });
}

/** Brought from a file of this machine: it cannot be paused, and nothing of it is kept when it stops. */
export const isImport = ({ kind }: Download): boolean => kind !== 'registry';

export function followDownloads(signal: AbortSignal): void {
  listen('models.progress', {
    signal,
    hear: ({ download }) => {
      const before = useDownloads.getState().list.find((one) => one.id === download.id)?.state;
      if (before !== download.state) keepFocus(download.id);
      useDownloads.setState(({ list }) => ({ list: withDownload(list, download) }));
      if (before === undefined) void readDownloads();
      if (before !== download.state) changed(download);
    },
    gap: () => void readDownloads(),
  });
  void readDownloads();
}

const lineOf = (id: string): string => `[data-download="${id}"]`;

/** The buttons of a download come and go with its state; whoever stands on one stays in its line. */
function keepFocus(id: string): void {
  const stands = document.querySelector(lineOf(id))?.contains(document.activeElement) === true;
  if (stands) rescueFocus(`${lineOf(id)} button`, 'main h1');
}

function changed(download: Download): void {
  const elsewhere = useRoute.getState().place !== 'models';
  const { name, state } = download;
  if (state === 'done') {
    void (elsewhere ? readInstalled() : readModels()).then(() => {
      const words = arrivalWords(name);
      if (elsewhere) tell('good', words);
      else announce(words);
    });
  }
  if (state !== 'failed') return;
  const { sentence, remedy } = troubleOf(download);
  const stopped = isImport(download) ? t.downloads.importStopped(name) : t.downloads.stopped(name);
  if (elsewhere) tell('bad', stopped, `${sentence} ${remedy}`);
  else announce(`${stopped} ${sentence} ${remedy}`);
}

/** Why it stopped, and what to do. */
export function troubleOf(download: Download): ReturnType<typeof describeDownloadError> {
  const { error, problem } = download;
  return (isImport(download) ? describeImportError : describeDownloadError)(error ?? 'internal', problem);
}

const arrivalWords = (name: string): string =>
  arrivedState(name) === 'approved' ? t.downloads.arrived(name) : t.downloads.arrivedWaiting(name);

/** Where a model that came stands now; a new version of a known one waits although the known one runs. */
export function arrivedState(name: string): 'approved' | 'waiting' {
  const found = useModels.getState().installed?.find((one) => bare(one.name) === bare(name));
  return found?.state === 'approved' && found.reason === null ? 'approved' : 'waiting';
}

/** Begins a download; what refuses it is shown, not thrown. */
export async function pull(name: string): Promise<boolean> {
  const result = await attempt('models.pull', { name });
  if (!result.ok) {
    const { sentence, remedy } = describeDownloadError(result.error.code);
    tell('bad', sentence, remedy);
    return false;
  }
  announce(t.downloads.began(name));
  await readDownloads();
  rescueFocus('[data-download] button', 'main h1');
  return true;
}

async function attemptOrTell(work: Promise<{ readonly ok: true } | { readonly ok: false; readonly error: Failure }>) {
  const result = await work;
  if (!result.ok) {
    const { sentence, remedy } = describeDownloadError(result.error.code);
    tell('bad', sentence, remedy);
  }
  await readDownloads();
}

export const pause = (id: string): Promise<void> => attemptOrTell(attempt('models.pause', { id }));
export const resume = (id: string): Promise<void> => attemptOrTell(attempt('models.resume', { id }));

/** Takes the line away, with what came of it when it is not done. */
export async function cancel(id: string): Promise<void> {
  useDownloads.setState(({ list }) => ({ list: list.filter((one) => one.id !== id) }));
  await attemptOrTell(attempt('models.cancel', { id }));
  rescueFocus('[data-download] button', 'main h1');
}
