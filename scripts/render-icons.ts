/** Draws `resources/icons/icon.png` from the SVG beside it, with an installed Chromium. Run it when the drawing changes. */
import { readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { findBrowser } from '../electron/host/chromium/browsers.ts';

const icons = join(import.meta.dirname, '../resources/icons');
/** The size that electron-builder makes every other size from. */
const size = 1024;

const browser = await chromium.launch({
  executablePath: await findBrowser({ platform: process.platform, home: homedir(), env: process.env }),
  chromiumSandbox: process.getuid?.() !== 0,
});
const page = await browser.newPage({ viewport: { width: size, height: size } });
await page.setContent(
  `<style>body{margin:0}svg{display:block;width:100vw}</style>${await readFile(join(icons, 'icon.svg'), 'utf8')}`,
);
await writeFile(join(icons, 'icon.png'), await page.screenshot({ omitBackground: true }));
await browser.close();
