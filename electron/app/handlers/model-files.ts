import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Download } from '../../../shared/contract/types.ts';
import { codeOf } from '../../../shared/errors.ts';
import { problemOf, type ModelActor } from '../../models/index.ts';
import type { Handlers } from '../dispatch.ts';
import { createModelUploads } from '../model-uploads.ts';
import type { HandlerDeps } from './deps.ts';
import { modelActor } from './models.ts';
import { thinned } from './thin.ts';

type Methods = 'models.import' | 'models.upload';

/** Models from files. Each goes on after the call; its news is the event `models.progress`, as of a download. */
export function modelFileHandlers({
  application,
  rooms,
  emit,
  onLock,
  inBackground,
}: HandlerDeps): Pick<Handlers, Methods> {
  const { models } = rooms;
  const uploads = createModelUploads(models.store);
  onLock(() => inBackground('model upload', () => uploads.clear()));

  async function bring(path: string, fileName: string, by: ModelActor): Promise<void> {
    const start = { id: randomBytes(8).toString('hex'), name: fileName, done: 0, total: 0, rate: 0, remaining: null };
    let shown: Download = { ...start, state: 'running', error: null };
    const tell = (change: Partial<Download>): void => {
      shown = { ...shown, ...change };
      emit('models.progress', { download: shown });
    };
    const onProgress = thinned(({ done, total }: { done: number; total: number }) => tell({ done, total }));
    tell({});
    try {
      const { name } = await models.import(path, { fileName, by, onProgress });
      tell({ name, done: shown.total, state: 'done' });
    } catch (thrown) {
      const problem = problemOf(thrown);
      tell({ state: 'failed', error: codeOf(thrown), ...(problem === undefined ? {} : { problem }) });
      throw thrown;
    }
  }

  return {
    'models.import': async (_, caller) => {
      const paths = await application.ports.dialogs.choose('files');
      if (paths === null) return { supported: false, started: false };
      const by = await modelActor(rooms, caller);
      // One after the other: each copies and hashes as fast as the disk goes.
      inBackground('model import', async () => {
        for (const path of paths) await bring(path, basename(path), by);
      });
      return { supported: true, started: paths.length > 0 };
    },
    'models.upload': async ({ uploadId, name, offset, total, bytes }, caller) => {
      const by = await modelActor(rooms, caller);
      const file = await uploads.add({ key: uploadId, name, offset, total, bytes });
      if (file === null) return { complete: false };
      inBackground('model upload', () => bring(file.path, file.name, by).finally(() => rm(file.path, { force: true })));
      return { complete: true };
    },
  };
}
