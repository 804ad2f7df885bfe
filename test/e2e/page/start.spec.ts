import { expect, test } from '@playwright/test';
import type { Browser } from 'playwright';
import type { Scripted } from '../../fakes/page-bridge.ts';
import { launch, openPage } from './bench/open.ts';

let browser: Browser;
test.beforeAll(async () => {
  browser = await launch();
});
test.afterAll(() => browser.close());

test('settings that cannot be read are said, and asked for again', async () => {
  const { page, context } = await openPage(browser, { fails: { 'settings.get': 'internal' } });
  const again = page.getByRole('button', { name: 'Try again' });
  await expect(again).toBeFocused();
  await expect(page.getByRole('main')).toContainText('b7f2c1');
  await again.press('Enter');
  const asked = () =>
    page.evaluate(
      () =>
        (globalThis as unknown as { scripted: Scripted }).scripted.calls.filter(
          ({ method }) => method === 'settings.get',
        ).length,
    );
  await expect.poll(asked).toBeGreaterThan(1);
  await expect(again).toBeVisible();
  await context.close();
});
