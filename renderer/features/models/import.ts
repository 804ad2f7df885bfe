import { create } from 'zustand';
import { ask, attempt, failureOf } from '../../bridge/index.ts';
import { describeDownloadError, t } from '../../i18n/index.ts';
import { tell } from '../../ui/index.ts';
import type { Picked } from '../documents/dropped.ts';
import { piecesOf } from '../documents/upload.ts';

export interface Sending {
  readonly name: string;
  readonly sent: number;
  readonly size: number;
}

export const useImport = create<{ readonly sending: Sending | null }>(() => ({ sending: null }));

let going: AbortController | null = null;

export function stopSending(): void {
  going?.abort();
  going = null;
  useImport.setState({ sending: null });
}

/** Asks with the host's own dialog; where it has none, the page's file field does. */
export async function chooseModelFile(fallBack: () => void): Promise<void> {
  const result = await attempt('models.import', {});
  if (!result.ok) tellRefused(result.error.code);
  else if (!result.value.supported) fallBack();
}

/** Hands one file over. What follows is told of as a download. */
export async function bringFiles([first, ...rest]: readonly Picked[]): Promise<void> {
  if (first === undefined) {
    tell('caution', t.models.noFile);
    return;
  }
  if (rest.length > 0) tell('caution', t.models.oneFile, t.models.oneFileWords);
  stopSending();
  const ending = new AbortController();
  going = ending;
  try {
    await send(first, ending.signal);
  } catch (thrown) {
    if (!ending.signal.aborted) tellRefused(failureOf(thrown).code);
  }
  if (going === ending) stopSending();
}

async function send({ name, file }: Picked, signal: AbortSignal): Promise<void> {
  const uploadId = crypto.randomUUID().replaceAll('-', '');
  const total = file.size;
  for (const { offset, end } of piecesOf(total)) {
    if (signal.aborted) return;
    useImport.setState({ sending: { name, sent: offset, size: total } });
    const bytes = new Uint8Array(await file.slice(offset, end).arrayBuffer());
    await ask('models.upload', { uploadId, name, offset, total, bytes });
  }
}

function tellRefused(code: Parameters<typeof describeDownloadError>[0]): void {
  const { sentence, remedy } = describeDownloadError(code);
  tell('bad', sentence, remedy);
}
