import { expect, test } from '@playwright/test';
import type { Browser, Page } from 'playwright';
import type { Scenario, Scripted } from '../../fakes/page-bridge.ts';
import { launch, openPage } from './bench/open.ts';

let browser: Browser;
test.beforeAll(async () => {
  browser = await launch();
});
test.afterAll(() => browser.close());

async function openSettings(scenario: Scenario): Promise<{ page: Page; close: () => Promise<void> }> {
  const { page, context } = await openPage(browser, scenario);
  await page.getByRole('navigation').getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('heading', { level: 2, name: 'Lock by itself' }).waitFor();
  return { page, close: () => context.close() };
}

const calls = (page: Page, method: string): Promise<readonly unknown[]> =>
  page.evaluate(
    (name) =>
      (globalThis as unknown as { scripted: Scripted }).scripted.calls
        .filter((call) => call.method === name)
        .map((call) => call.input),
    method,
  );

test('a person chooses after how long the vault locks by itself', async () => {
  const { page, close } = await openSettings({ keySource: 'passphrase' });
  await expect(page.getByRole('radio', { name: 'After 15 minutes' })).toBeChecked();
  await page.getByText('After 5 minutes').click();
  await expect(page.getByRole('radio', { name: 'After 5 minutes' })).toBeChecked();
  expect(await calls(page, 'settings.set')).toEqual([{ idleLock: '5' }]);
  await close();
});

test('what is longer than the organisation allows cannot be chosen', async () => {
  const { page, close } = await openSettings({ idleLockAtMost: '15' });
  await expect(page.getByRole('radio', { name: 'After 15 minutes' })).toBeChecked();
  for (const name of ['After an hour', 'Never']) await expect(page.getByRole('radio', { name })).toBeDisabled();
  await expect(page.getByRole('radio', { name: 'After 5 minutes' })).toBeEnabled();
  await expect(page.getByText('Your organisation asks for: after 15 minutes, at the latest.')).toBeVisible();
  await close();
});

test('the application is told that a person is there, now and then, and never by a script', async () => {
  const { page, context } = await openPage(browser, {});
  await page.getByRole('textbox').first().waitFor();
  await page.evaluate(() => {
    for (const name of ['keydown', 'pointermove', 'wheel']) globalThis.dispatchEvent(new Event(name));
  });
  expect(await calls(page, 'app.active')).toHaveLength(0);
  await page.mouse.move(200, 200);
  await page.mouse.move(300, 300);
  await page.keyboard.type('a question of some length');
  await expect.poll(() => calls(page, 'app.active').then((all) => all.length)).toBe(1);
  await context.close();
});
