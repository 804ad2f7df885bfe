import type { Page } from 'playwright-core';
import { isRoot, openSession, type BrowserSession, type OpenOptions } from './session.ts';
import { watchForSleep } from './sleep.ts';

export interface ChromiumWindow {
  /** The page as it is now; another one after its process crashed and the window was opened again. */
  readonly page: Page;
  /** How the browser is kept from the network: sealed in a namespace, or only told so. */
  readonly network: BrowserSession['network'];
  /** The browser runs without its own sandbox, which it cannot set up for root. To be said to the person. */
  readonly isUnsandboxed: boolean;
  /** Settles when the window is gone for good and its folder removed. Rejects when it could not be opened again. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

/** A page that crashes more often than this is not opened again. */
const mostCrashes = 3;

/** Opens the page in an installed Chromium, Chrome or Edge: a window of its own, over the devtools pipe, no listening port. */
export async function openInChromium(options: OpenOptions): Promise<ChromiumWindow> {
  let session = await openSession(options);
  const { network } = session;
  const reopen = async (): Promise<void> => {
    for (let crashes = 1; (await session.ended) === 'crashed' && crashes <= mostCrashes; crashes += 1)
      session = await openSession(options);
  };
  // Electron is told by the system; here the clocks have to tell. A vault that is locked already answers so.
  const stopWatching = watchForSleep(() => void options.application.dispatch('vault.lock', {}, { origin: 'page' }));
  const closed = reopen().finally(stopWatching);
  return {
    get page() {
      return session.page;
    },
    network,
    isUnsandboxed: isRoot(),
    closed,
    close: async () => {
      await session.close();
      await closed;
    },
  };
}
