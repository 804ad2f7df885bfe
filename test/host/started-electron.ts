import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { startElectron, type HostedApplication } from '../../electron/host/electron/index.ts';
import { ok, type Result } from '../../shared/result.ts';
import { createFakeElectron } from './fake-electron.ts';
import { writeSmallPage } from './small-page.ts';

/** Starts the host on the fake, with a page in `dist/` of a folder that stands for the checkout. */
export async function start(
  facts: Parameters<typeof createFakeElectron>[0] = {},
  application: Partial<HostedApplication> = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'cloister-electron-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const fake = createFakeElectron(facts);
  await writeSmallPage(join(folder, 'dist'), { 'index.html': '<!doctype html>' });
  fake.parts.app.getAppPath = () => folder;
  const news = new EventEmitter();
  const dispatch = vi.fn(async (_method: string, input: unknown): Promise<Result<unknown>> => ok(input));
  const stop = vi.fn(async () => undefined);
  const hosted: HostedApplication = {
    start: async () => void fake.log.push('application'),
    stop,
    dispatch,
    onEvent: (listener) => {
      news.on('news', listener);
      return () => news.off('news', listener);
    },
    ...application,
  };
  await startElectron(fake.parts, {
    profile: join(folder, 'profile'),
    exists: (path) => path.endsWith('node') || existsSync(path),
    resourcesPath: '/resources',
    starter: null,
    createApplication: () => hosted,
  });
  return { ...fake, folder, dispatch, stop, news };
}
