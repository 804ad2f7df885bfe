import { join } from 'node:path';
import type { Entries } from '../../electron/app/ports.ts';
import { createApplication } from '../../electron/app/index.ts';
import { openInChromium } from '../../electron/host/chromium/index.ts';
import { createMemoryKeychain } from '../../electron/vault/index.ts';
import packageFile from '../../package.json' with { type: 'json' };
import type { HostDriver } from './driver.ts';

const root = join(import.meta.dirname, '../..');
const dist = join(root, 'dist');

/** The parts of the build, as `npm start` uses them. */
export const builtEntries: Entries = {
  databaseWorker: join(dist, 'database-worker.js'),
  hashWorker: join(dist, 'hash-worker.js'),
  egressWorker: join(dist, 'egress-worker.js'),
  parser: join(dist, 'parser.js'),
  modelChecker: join(dist, 'model-checker.js'),
  engineKeeper: join(dist, 'engine-keeper.cjs'),
  page: join(dist, 'page'),
  pageManifest: join(dist, 'page-manifest.json'),
  resources: join(root, 'resources'),
  node: process.execPath,
  cli: join(dist, 'cli.js'),
};

/** The whole application with its page in a headless Chromium. Real but for the keychain, which lives as long as the test. */
export async function startInChromium(profile: string): Promise<HostDriver> {
  const keychain = createMemoryKeychain();
  let nextAnswer: readonly string[] | null = null;
  const dialogs = {
    choose: async () => {
      const answer = nextAnswer;
      nextAnswer = null;
      return answer;
    },
  };
  const open = async () => {
    const application = createApplication({
      profile,
      host: 'chromium',
      entries: builtEntries,
      keychain,
      dialogs,
      version: packageFile.version,
    });
    await application.start();
    return {
      application,
      window: await openInChromium({ application, entries: builtEntries, profile, headless: true }),
    };
  };
  let running = await open();
  const stop = async (): Promise<void> => {
    await running.window.close();
    await running.application.stop();
  };
  return {
    get page() {
      return running.window.page;
    },
    driver: {
      profile,
      restart: async () => {
        await stop();
        running = await open();
      },
      answerNextDialog: async (paths) => {
        nextAnswer = paths;
      },
    },
    stop,
  };
}
