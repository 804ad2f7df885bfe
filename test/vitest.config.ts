import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const root = join(import.meta.dirname, '..');

export default defineConfig({
  root,
  test: {
    include: ['test/{unit,service,contract,security,packaging,redteam}/**/*.test.{ts,tsx}'],
    // Two cores: service tests start engines and sandboxes of their own.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ['default'],
  },
  resolve: {
    // Nothing that Node runs may load Electron: requiring it starts a download.
    alias: { electron: join(root, 'test/fakes/electron-must-not-load.ts') },
  },
});
