import { homedir } from 'node:os';
import type { BrowserContext, BrowserType, Page } from 'playwright-core';
import type { EventName, EventPayload } from '../../../shared/contract/index.ts';
import type { Entries } from '../../app/ports.ts';
import { CloisterError } from '../../../shared/errors.ts';
import { createPageServer, type CallTarget, type PageServer } from '../shared/index.ts';
import { findBrowser } from './browsers.ts';
import { offerCalls } from './calls.ts';
import { browserCommand, type BrowserCommand } from './cage.ts';
import { browserEnvironment } from './environment.ts';
import { guardContext, load } from './guards.ts';
import { createBrowserHome, type BrowserHome } from './home.ts';
import { createNewsSender } from './news.ts';
import { newsName, pageScript } from './page-script.ts';
import { browserSwitches, unwantedSwitches } from './switches.ts';

/** `.invalid` is never a real host (RFC 2606), and https makes the page a secure context. */
const origin = 'https://app.invalid';

interface WindowedApplication extends CallTarget {
  onEvent(listener: <E extends EventName>(event: E, payload: EventPayload<E>) => void): () => void;
}

export interface OpenOptions {
  readonly application: WindowedApplication;
  readonly entries: Pick<Entries, 'page' | 'pageManifest' | 'resources'>;
  readonly profile: string;
  readonly headless?: boolean;
  /** For tests: without the namespace, as on systems where bubblewrap may not make one. */
  readonly seal?: boolean;
}

/** One run of the browser. */
export interface BrowserSession {
  readonly page: Page;
  readonly network: BrowserCommand['network'];
  /** Settles when the browser is gone and its folder removed; `crashed` when the page's process died under it. */
  readonly ended: Promise<'closed' | 'crashed'>;
  close(): Promise<void>;
}

/** Chromium cannot set up its own sandbox for root. */
export const isRoot = (): boolean => process.getuid?.() === 0;

/** Starts the browser and loads the page in it, with everything in place that keeps it to itself. */
export async function openSession(options: OpenOptions): Promise<BrowserSession> {
  const browser = await findBrowser({ platform: process.platform, home: homedir(), env: process.env });
  const home = await createBrowserHome(options.profile);
  try {
    const [serve, command, { chromium }] = await Promise.all([
      createPageServer(options.entries, origin),
      commandFor(browser, options, environmentIn(home)),
      // Loaded here: a third of a second that the commands without a window do not pay.
      import('playwright-core'),
    ]);
    const context = await launch(chromium, command, home, options.headless ?? false);
    return await furnish(context, options, home, command, serve);
  } catch (thrown) {
    await home.remove();
    throw thrown;
  }
}

function commandFor(
  browser: string,
  options: OpenOptions,
  environment: Record<string, string>,
): Promise<BrowserCommand> {
  if (options.seal === false) return Promise.resolve({ executable: browser, environment, network: 'switches' });
  return browserCommand(browser, options.entries.resources, environment);
}

function environmentIn(home: BrowserHome): Record<string, string> {
  const environment = browserEnvironment(process.platform, process.env);
  return home.temporary === null || process.platform !== 'linux'
    ? environment
    : { ...environment, TMPDIR: home.temporary };
}

async function launch(
  chromium: BrowserType,
  command: BrowserCommand,
  home: BrowserHome,
  headless: boolean,
): Promise<BrowserContext> {
  try {
    return await chromium.launchPersistentContext(home.userData, {
      executablePath: command.executable,
      env: { ...command.environment },
      headless,
      timeout: 30_000,
      chromiumSandbox: !isRoot(),
      args: [...browserSwitches({ width: 1280, height: 860 })],
      ignoreDefaultArgs: unwantedSwitches,
      artifactsDir: home.artifacts,
      acceptDownloads: false,
      serviceWorkers: 'block',
      // The person's own window size, colours and motion, not Playwright's for tests.
      viewport: null,
      colorScheme: null,
      reducedMotion: null,
      forcedColors: null,
      contrast: null,
      // Interrupts are the application's to handle: it closes the window after its own work is put away.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
  } catch (cause) {
    throw new CloisterError(
      'not_available',
      'The browser did not start. Run it once by itself to see why, and start again.',
      { cause },
    );
  }
}

async function furnish(
  context: BrowserContext,
  options: OpenOptions,
  home: BrowserHome,
  command: BrowserCommand,
  serve: PageServer,
): Promise<BrowserSession> {
  const gone = new Promise<void>((resolve) => context.once('close', () => resolve()));
  const page = context.pages()[0] ?? (await context.waitForEvent('page'));
  let outcome: 'closed' | 'crashed' = 'closed';
  const end = (): void => void context.close().catch(() => undefined);
  page.once('close', end);
  // A crashed page cannot be loaded again over the same connection.
  page.once('crash', () => {
    outcome = 'crashed';
    end();
  });
  await guardContext(context, page, origin, serve);
  await offerCalls(context, page, origin, options.application);
  await context.addInitScript({ content: pageScript() });
  const stopNews = options.application.onEvent(newsTo(page));
  const ended = gone
    .then(stopNews)
    .then(() => home.remove())
    .then(() => outcome);
  await load(page, origin);
  return {
    page,
    network: command.network,
    ended,
    close: () =>
      context
        .close()
        .then(() => ended)
        .then(() => undefined),
  };
}

function newsTo(page: Page): (event: string, payload: unknown) => void {
  const send = createNewsSender((text) =>
    page.evaluate(
      `globalThis.dispatchEvent(new CustomEvent(${JSON.stringify(newsName)}, { detail: ${JSON.stringify(text)} }))`,
    ),
  );
  return (event, payload) => send({ event, payload });
}
