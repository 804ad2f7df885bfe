import type { BrowserContext, Page, Request, Route } from 'playwright-core';
import { decideNavigation, type PageServer } from '../shared/index.ts';

/** Serves the page from the build and lets nothing else load, navigate, open or download. */
export async function guardContext(
  context: BrowserContext,
  page: Page,
  origin: string,
  serve: PageServer,
): Promise<void> {
  await context.route(
    () => true,
    (route, request) => answer(route, request, origin, serve),
  );
  context.on('page', (other) => {
    if (other !== page) void other.close().catch(() => undefined);
  });
  page.on('download', (download) => void download.cancel().catch(() => undefined));
  page.on('dialog', (dialog) => void dialog.dismiss().catch(() => undefined));
  // Addresses that pass no route (about:blank, blob:) leave the page; it comes back.
  page.on('framenavigated', (frame) => {
    if (frame === page.mainFrame() && decideNavigation(frame.url(), origin) === 'deny')
      void load(page, origin).catch(() => undefined);
  });
}

export async function load(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/`, { waitUntil: 'commit' });
}

async function answer(route: Route, request: Request, origin: string, serve: PageServer): Promise<void> {
  const leaves = request.isNavigationRequest() && decideNavigation(request.url(), origin) === 'deny';
  if (leaves || !request.url().startsWith(`${origin}/`)) {
    // `aborted` leaves the page standing; `blockedbyclient` would show Chromium's error page in its place.
    await route.abort('aborted').catch(() => undefined);
    return;
  }
  const { status, headers, body } = await serve({ url: request.url(), method: request.method() });
  await route.fulfill({ status, headers, body }).catch(() => undefined);
}
