import { setTimeout as pause } from 'node:timers/promises';
import { codeOf, type ErrorCode } from '../../../shared/errors.ts';
import type { ModelName } from '../names.ts';
import type { Layer } from '../store/manifest.ts';
import type { Arrived } from '../store/promote.ts';
import type { RegistryClient } from './client.ts';
import { PartialFile } from './partial-file.ts';

interface DownloadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onBytes: (done: number) => void;
  /** First pause after a failure, doubled each time. */
  readonly pauseMilliseconds?: number;
}

/** Failures in a row, without one new byte between them, before the download is given up (and can be continued later). */
const attempts = 4;
/** Trying again does not change these. */
const final: ReadonlySet<ErrorCode> = new Set([
  'egress_denied',
  'model_changed',
  'not_found',
  'forbidden',
  'disk_full',
  'cancelled',
]);

/** Brings one layer into `incoming`, going on where an earlier try stopped. */
export async function downloadLayer(
  client: RegistryClient,
  name: ModelName,
  layer: Layer,
  incoming: string,
  options: DownloadOptions,
): Promise<Arrived> {
  const file = await PartialFile.open(incoming, layer);
  try {
    options.onBytes(file.done);
    let failures = 0;
    while (!file.isComplete()) {
      const before = file.done;
      const failure = await receive(client, name, layer, file, options);
      if (file.isComplete()) break;
      failures = file.done > before ? 1 : failures + 1;
      if (failures >= attempts) throw failure;
      await wait(failures, options);
    }
    return await file.finish();
  } finally {
    await file.close();
  }
}

const wait = (failures: number, { pauseMilliseconds = 500, signal }: DownloadOptions): Promise<void> =>
  pause(pauseMilliseconds * 2 ** failures, undefined, signal === undefined ? {} : { signal });

/** One connection's worth. Returns what ended it early; throws what trying again cannot change. */
async function receive(
  client: RegistryClient,
  name: ModelName,
  layer: Layer,
  file: PartialFile,
  { signal, onBytes }: DownloadOptions,
): Promise<unknown> {
  try {
    const { start, body } = await client.layer(name, layer.digest, file.done, signal);
    if (start !== file.done) await file.restart();
    for await (const piece of body) {
      await file.append(piece);
      onBytes(file.done);
    }
    return new Error('The connection ended early.');
  } catch (thrown) {
    if (signal?.aborted === true || final.has(codeOf(thrown))) throw thrown;
    return thrown;
  }
}
