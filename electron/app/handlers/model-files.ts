import { rm } from 'node:fs/promises';
import type { Handlers } from '../dispatch.ts';
import { createModelUploads } from '../model-uploads.ts';
import type { HandlerDeps } from './deps.ts';
import { modelActor } from './models.ts';

type Methods = 'models.import' | 'models.upload';

/** Models from files. Each goes on after the call, as a line in the list of downloads. */
export function modelFileHandlers({ application, rooms, onLock, inBackground }: HandlerDeps): Pick<Handlers, Methods> {
  const { models } = rooms;
  const uploads = createModelUploads(models.store);
  onLock(() => inBackground('model upload', () => uploads.clear()));

  return {
    'models.import': async (_, caller) => {
      const paths = await application.ports.dialogs.choose('files');
      if (paths === null) return { supported: false, started: false };
      const by = await modelActor(rooms, caller);
      for (const path of paths) inBackground('model import', () => models.import(path, { by }));
      return { supported: true, started: paths.length > 0 };
    },
    'models.upload': async ({ uploadId, name, offset, total, bytes }, caller) => {
      const by = await modelActor(rooms, caller);
      const file = await uploads.add({ key: uploadId, name, offset, total, bytes });
      if (file === null) return { complete: false };
      inBackground('model upload', () =>
        models.import(file.path, { fileName: file.name, by }).finally(() => rm(file.path, { force: true })),
      );
      return { complete: true };
    },
  };
}
