import type { Download } from '../../../shared/contract/types.ts';
import { Refusal, wait, type Handlers, type World } from './world.ts';

export type DownloadMethods =
  | 'models.pull'
  | 'models.import'
  | 'models.upload'
  | 'models.downloads'
  | 'models.pause'
  | 'models.resume'
  | 'models.cancel';

const gigabyte = 1e9;

/** Downloads of 4 GB that come in steps of a tenth, and can be paused, resumed and cancelled. */
export function downloads(world: World): Pick<Handlers, DownloadMethods> {
  const all = new Map<string, Download>();
  const put = (download: Download): void => {
    all.set(download.id, download);
    world.tell('models.progress', { download });
  };
  const find = (id: string): Download => {
    const found = all.get(id);
    if (found === undefined) throw new Refusal('not_found');
    return found;
  };
  const run = async (id: string): Promise<void> => {
    for (;;) {
      await wait(50);
      const now = all.get(id);
      if (now?.state !== 'running') return;
      const done = Math.min(now.total, now.done + now.total / 10);
      if (done === now.total) {
        put({ ...now, done, state: 'done', rate: 0, remaining: null });
        return;
      }
      put({ ...now, done, remaining: Math.ceil((now.total - done) / now.rate) });
    }
  };
  const start = (download: Download): void => {
    put({ ...download, state: 'running', rate: 0.2 * gigabyte });
    void run(download.id);
  };
  return {
    'models.pull': ({ name }) => {
      const id = `download-${all.size + 1}`;
      const total = 4 * gigabyte;
      setTimeout(() => start({ id, name, state: 'queued', done: 0, total, rate: 0, remaining: null, error: null }), 0);
      return { id };
    },
    'models.import': () => ({ supported: false, started: false }),
    'models.upload': ({ uploadId, name, offset, bytes, total }) => {
      const complete = offset + bytes.length === total;
      if (complete)
        put({ id: uploadId, name, state: 'done', done: total, total, rate: 0, remaining: null, error: null });
      return { complete };
    },
    'models.downloads': () => ({ downloads: [...all.values()] }),
    'models.pause': ({ id }) => {
      put({ ...find(id), state: 'paused', rate: 0, remaining: null });
      return {};
    },
    'models.resume': ({ id }) => {
      start(find(id));
      return {};
    },
    'models.cancel': ({ id }) => {
      find(id);
      all.delete(id);
      return {};
    },
  };
}
