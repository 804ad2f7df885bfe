import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright';
import { rolldown } from 'rolldown';
import { securityHeaders } from '../../../../electron/host/shared/index.ts';
import type { Scenario } from '../../../fakes/page-bridge.ts';
import { makeLease, type Lease } from './lease.ts';

const repository = join(import.meta.dirname, '../../../..');
const dist = join(repository, 'dist/page');
export const origin = 'https://app.invalid';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
};

export function launch(): Promise<Browser> {
  const root = process.getuid?.() === 0;
  return chromium.launch({
    executablePath: process.env['CLOISTER_CHROMIUM'] ?? '/usr/bin/chromium',
    // Chromium cannot sandbox itself as root; this page is our own, with no application behind it.
    args: [
      ...(root ? ['--no-sandbox'] : []),
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}

let script: Promise<string> | undefined;

/** The stand-in as one plain script: an init script cannot import. */
async function bundleStandIn(): Promise<string> {
  const bundle = await rolldown({ input: join(repository, 'test/fakes/page-bridge.ts'), logLevel: 'silent' });
  const { output } = await bundle.generate({ format: 'iife', name: 'standIn' });
  await bundle.close();
  return output[0].code;
}

let lease: Promise<Lease> | undefined;

export interface OpenedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Everything that must not happen: console errors, page errors, breaches of the policy, requests to elsewhere. */
  readonly troubles: string[];
}

export interface Look {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: 'light' | 'dark';
  readonly forcedColors?: boolean;
  readonly reducedMotion?: boolean;
}

/** Opens the built page under the real headers, with the scripted application of this scenario. */
export async function openPage(browser: Browser, scenario: Scenario | null = {}, look: Look = {}): Promise<OpenedPage> {
  const context = await browser.newContext({
    viewport: { width: look.width ?? 1360, height: look.height ?? 860 },
    colorScheme: look.scheme ?? 'light',
    forcedColors: look.forcedColors === true ? 'active' : 'none',
    reducedMotion: look.reducedMotion === true ? 'reduce' : 'no-preference',
    serviceWorkers: 'block',
  });
  const troubles: string[] = [];
  await serve(context, troubles);
  const page = await context.newPage();
  watch(page, troubles);
  script ??= bundleStandIn();
  lease ??= makeLease();
  const { base64, rectangles } = await lease;
  const whole: Scenario = { pdf: base64, rectangles, ...scenario };
  if (scenario !== null)
    await page.addInitScript(`${await script};standIn.installScriptedBridge(${JSON.stringify(whole)});`);
  await page.goto(`${origin}/`);
  return { page, context, troubles };
}

let built: Promise<ReadonlyMap<string, Buffer>> | undefined;

/** The built page, read once: a build that runs meanwhile does not change what is looked at. */
async function readBuilt(): Promise<ReadonlyMap<string, Buffer>> {
  const entries = await readdir(dist, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(await Promise.all(paths.map(async (path) => [relative(dist, path), await readFile(path)] as const)));
}

async function serve(context: BrowserContext, troubles: string[]): Promise<void> {
  await context.route('**/*', async (route) => {
    const url = new URL(route.request().url());
    if (url.origin !== origin) {
      troubles.push(`request to ${url.href}`);
      return route.abort();
    }
    const path = url.pathname === '/' ? 'index.html' : decodeURIComponent(url.pathname.slice(1));
    const body = (await (built ??= readBuilt())).get(path);
    if (body === undefined) {
      troubles.push(`missing ${path}`);
      return route.fulfill({ status: 404, body: '' });
    }
    await route.fulfill({
      body,
      contentType: types[extname(path)] ?? 'application/octet-stream',
      headers: securityHeaders(),
    });
  });
}

function watch(page: Page, troubles: string[]): void {
  page.on('console', (message) => {
    // The host names features of newer and older browsers too; each browser remarks on those it does not know.
    if (message.text().includes('Unrecognized feature')) return;
    if (message.type() === 'error' || message.type() === 'warning') troubles.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
  void page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
    });
  });
}
