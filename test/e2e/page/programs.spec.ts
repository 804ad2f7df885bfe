import { expect, test } from '@playwright/test';
import type { Browser, Page } from 'playwright';
import type { Scripted } from '../../fakes/page-bridge.ts';
import { launch, openPage } from './bench/open.ts';

let browser: Browser;
test.beforeAll(async () => {
  browser = await launch();
});
test.afterAll(() => browser.close());

const callsOf = (page: Page, method: string): Promise<readonly unknown[]> =>
  page.evaluate(
    (wanted) =>
      (globalThis as unknown as { scripted: Scripted }).scripted.calls
        .filter((call) => call.method === wanted)
        .map((call) => call.input),
    method,
  );

test('a person opens the door, makes a token by keyboard, ends it and shuts the door', async () => {
  const { page, context } = await openPage(browser, {});
  await page.getByRole('navigation').getByRole('button', { name: 'Settings' }).click();
  const card = page.getByRole('region', { name: 'Other programs' });
  await expect(card).toContainText('Shut. No other program can ask.');
  await card.getByRole('button', { name: 'Open the door' }).press('Enter');
  await expect(card).toContainText('http://127.0.0.1:11435');
  await expect(card).toContainText('No program has a token yet.');

  await card.getByRole('button', { name: 'New token' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'A token for a program' });
  await expect(dialog.getByRole('textbox', { name: 'Program' })).toBeFocused();
  await expect(dialog.getByRole('button', { name: 'Make the token' })).toBeDisabled();
  await page.keyboard.type('my editor');
  await dialog.getByRole('checkbox', { name: 'turn text into vectors' }).press('Space');
  await dialog.getByRole('textbox', { name: 'Program' }).press('Enter');
  const made = page.getByRole('dialog', { name: 'The token for my editor' });
  await expect(made).toContainText('header.payload.signature');
  expect(await callsOf(page, 'gateway.issue')).toEqual([
    { name: 'my editor', scopes: ['chat', 'embed', 'models.read'], lifetime: 43_200 },
  ]);
  await made.getByRole('button', { name: 'Done' }).press('Enter');
  await expect(page.locator('body')).not.toContainText('header.payload.signature');
  await expect(card.getByRole('listitem')).toContainText(
    'my editor write answers with a model, turn text into vectors',
  );
  await expect(card.getByRole('listitem')).toContainText('never used');

  await card.getByRole('button', { name: 'End: my editor' }).press('Enter');
  await page.getByRole('alertdialog').getByRole('button', { name: 'End' }).press('Enter');
  await expect(card).toContainText('No program has a token yet.');
  await card.getByRole('button', { name: 'Shut the door' }).press('Enter');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Shut the door' }).press('Enter');
  await expect(card).toContainText('Shut. No other program can ask.');
  await context.close();
});

test('a port that is taken and a door that is kept shut are said', async () => {
  const { page, context } = await openPage(browser, { fails: { 'gateway.start': 'forbidden' } });
  await page.getByRole('navigation').getByRole('button', { name: 'Settings' }).click();
  const card = page.getByRole('region', { name: 'Other programs' });
  await card.getByRole('button', { name: 'Open the door' }).click();
  await expect(card.getByRole('alert')).toBeVisible();
  await expect(card).toContainText('Shut. No other program can ask.');
  await context.close();
});
