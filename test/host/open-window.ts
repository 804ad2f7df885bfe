/** Opens a window and waits. Run by tests in a process of its own, to be killed: `node open-window.ts FOLDER seal|open`. */
import { join } from 'node:path';
import { openInChromium } from '../../electron/host/chromium/index.ts';
import { ok } from '../../shared/result.ts';
import { writeSmallPage } from './small-page.ts';

const [folder = '', mode = 'seal'] = process.argv.slice(2);
const built = await writeSmallPage(folder, { 'index.html': '<!doctype html><title>Cloister</title>' });
const window = await openInChromium({
  application: { dispatch: async () => ok({}), onEvent: () => () => undefined },
  entries: { ...built, resources: join(import.meta.dirname, '../../resources') },
  profile: join(folder, 'profile'),
  headless: true,
  seal: mode === 'seal',
});
process.on('SIGTERM', () => void window.close());
process.stdout.write('open\n');
await window.closed;
process.stdout.write('closed\n');
