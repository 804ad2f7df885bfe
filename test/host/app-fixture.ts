import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base } from '@playwright/test';
import { startInChromium } from './chromium-fixture.ts';
import type { RunningApp, StartHost } from './driver.ts';
import { startInElectron } from './electron-fixture.ts';

export interface HostOption {
  /** Set by the project in the Playwright configuration; specs never look at it. */
  readonly host: 'chromium' | 'electron';
}

const start: Readonly<Record<HostOption['host'], StartHost>> = { chromium: startInChromium, electron: startInElectron };

/** `test` with the running program: a fresh profile for each test, what the page said kept from a failed one. */
export const test = base.extend<{ app: RunningApp }, HostOption>({
  host: ['chromium', { option: true, scope: 'worker' }],
  app: async ({ host }, use, info) => {
    const profile = await mkdtemp(join(tmpdir(), 'cloister-e2e-'));
    const app = await start[host](profile);
    const said: string[] = [];
    app.page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
    app.page.on('pageerror', (error) => said.push(`error: ${error.message}`));
    await use(app);
    if (info.status !== info.expectedStatus) {
      await info.attach('page', { body: await app.page.screenshot(), contentType: 'image/png' });
      await info.attach('console', { body: said.join('\n'), contentType: 'text/plain' });
    }
    await app.stop();
    await rm(profile, { recursive: true, force: true, maxRetries: 10 });
  },
});

export { expect } from '@playwright/test';
