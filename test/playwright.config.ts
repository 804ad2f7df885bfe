import { join } from 'node:path';
import { defineConfig } from '@playwright/test';

/** The window's own specs. Each opens the built page (`node scripts/build.ts page`) in an installed Chromium. */
export default defineConfig({
  testDir: import.meta.dirname,
  testMatch: ['e2e/page/**/*.spec.ts', 'a11y/page/**/*.spec.ts'],
  outputDir: join(import.meta.dirname, '../test-results/page'),
  workers: 1,
  timeout: 60_000,
  reporter: 'list',
  forbidOnly: true,
});
