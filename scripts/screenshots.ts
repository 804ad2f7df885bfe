/**
 * The pictures in `docs/screenshots/`, taken from the running application: its own page in a headless Chromium, a new
 * profile that is removed afterwards, the packaged sample documents and one question answered by quotes.
 */
import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { createApplication } from '../electron/app/index.ts';
import type { Entries } from '../electron/app/ports.ts';
import { openInChromium } from '../electron/host/chromium/index.ts';
import { createMemoryKeychain } from '../electron/vault/index.ts';
import type { Keychain } from '../electron/vault/types.ts';
import packageFile from '../package.json' with { type: 'json' };
import { build, root, say } from './steps.ts';

const size = { width: 1360, height: 860 };
const question = 'How many days a week may I work from home?';
/** Milliseconds. A computer without a graphics card needs most of a minute for the samples' embeddings. */
const patience = 180_000;
/** Milliseconds for a change of colours to end. */
const settling = 400;

const dist = join(root, 'dist');
const target = join(root, 'docs', 'screenshots');
const entries: Entries = {
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

/** In the place of a desktop's: the pictures need no keyring, and leave nothing in anybody's. */
const keychain: Keychain = {
  ...createMemoryKeychain(),
  probe: () => Promise.resolve({ available: true, backend: 'keyring' }),
};

/** Takes the page as it is in both colour schemes. */
async function picture(page: Page, name: string, folder: string): Promise<void> {
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.waitForTimeout(settling);
    await page.screenshot({ path: join(folder, `${name}-${scheme}.png`), animations: 'disabled', caret: 'hide' });
  }
}

const press = (page: Page, name: string | RegExp): Promise<void> =>
  page
    .getByRole('button', { name, exact: typeof name === 'string' })
    .first()
    .click();

async function goTo(page: Page, place: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Main menu' }).getByRole('button', { name: place, exact: true }).click();
  await page.getByRole('heading', { level: 1, name: place }).waitFor();
}

async function makeVault(page: Page, folder: string): Promise<void> {
  await page.getByRole('heading', { name: 'Private by construction' }).waitFor();
  await picture(page, 'first-run', folder);
  await page.getByText('Behind a passphrase').click();
  const passphrase = randomBytes(16).toString('base64url');
  for (const field of await page.locator('input[type=password]').all()) await field.fill(passphrase);
  await page.getByText('I understand what happens if it is lost').click();
  await press(page, 'Create the vault');
}

async function takeInSamples(page: Page): Promise<void> {
  await press(page, 'Try the sample documents');
  await press(page, 'Continue');
  await press(page, 'Go to Cloister');
}

async function waitForVectors(page: Page): Promise<void> {
  await goTo(page, 'Documents');
  await page.getByRole('table').waitFor();
  await page.getByText('search by meaning').first().waitFor();
}

async function askAndCite(page: Page): Promise<void> {
  await press(page, /^New chat/);
  await page.getByRole('textbox', { name: 'Your question' }).fill(question);
  await page.keyboard.press('Enter');
  await press(page, /^1 Employee handbook\.pdf/);
  await page.locator('.paper[data-drawn=true]').waitFor();
  await page.locator('.highlight').first().waitFor();
}

async function walkThrough(page: Page, folder: string): Promise<void> {
  page.setDefaultTimeout(patience);
  await page.setViewportSize(size);
  await makeVault(page, folder);
  await takeInSamples(page);
  await waitForVectors(page);
  await picture(page, 'documents', folder);
  await askAndCite(page);
  await picture(page, 'chat', folder);
  await goTo(page, 'Models');
  await picture(page, 'models', folder);
  await goTo(page, 'Record');
  await picture(page, 'record', folder);
}

async function takePictures(profile: string, folder: string): Promise<void> {
  const application = createApplication({
    profile,
    host: 'chromium',
    entries,
    keychain,
    dialogs: { choose: () => Promise.resolve(null) },
    version: packageFile.version,
  });
  try {
    await application.start();
    const window = await openInChromium({ application, entries, profile, headless: true });
    try {
      await walkThrough(window.page, folder);
    } catch (thrown) {
      const file = join(tmpdir(), 'cloister-screenshots-failed.png');
      await window.page.screenshot({ path: file }).catch(() => undefined);
      say(`The window as it was then: ${file}`);
      throw thrown;
    } finally {
      await window.close();
    }
  } finally {
    await application.stop();
  }
}

const names = ['first-run', 'documents', 'chat', 'models', 'record'].flatMap((name) => [
  `${name}-light.png`,
  `${name}-dark.png`,
]);
const scratch = await mkdtemp(join(tmpdir(), 'cloister-screenshots-'));
try {
  await build();
  const folder = join(scratch, 'pictures');
  await mkdir(folder);
  await takePictures(join(scratch, 'profile'), folder);
  await mkdir(target, { recursive: true });
  for (const name of names) await copyFile(join(folder, name), join(target, name));
  say(`${names.length} pictures are in docs/screenshots.`);
} finally {
  await rm(scratch, { recursive: true, force: true, maxRetries: 10 });
}
