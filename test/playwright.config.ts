import { join } from 'node:path';
import { defineConfig } from '@playwright/test';
import type { HostOption } from './host/app-fixture.ts';
import { electronBinary } from './host/electron-fixture.ts';

const app = ['e2e/app/**/*.spec.ts', 'a11y/app/**/*.spec.ts'];

/**
 * `page`: the window's own specs, each opening the built page (`node scripts/build.ts page`) in an installed Chromium.
 * `chromium` and `electron`: the whole program, the same specs in each host; Electron where its binary is installed.
 */
export default defineConfig<object, HostOption>({
  testDir: import.meta.dirname,
  outputDir: join(import.meta.dirname, '../test-results/page'),
  workers: 1,
  timeout: 60_000,
  // A busy machine may miss a moment once; such a spec is reported as flaky, never hidden.
  retries: 1,
  reporter: 'list',
  forbidOnly: true,
  projects: [
    { name: 'page', testMatch: ['e2e/page/**/*.spec.ts', 'a11y/page/**/*.spec.ts'] },
    { name: 'chromium', testMatch: app, use: { host: 'chromium' } },
    ...(electronBinary() === null ? [] : [{ name: 'electron', testMatch: app, use: { host: 'electron' as const } }]),
  ],
});
