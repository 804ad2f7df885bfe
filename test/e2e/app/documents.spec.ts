import type { Page } from 'playwright-core';
import { expect, test } from '../../host/app-fixture.ts';

const passphrase = 'lamp orchard violin gravel';
const names = ['one.txt', 'two.txt', 'three.txt', 'four.txt'];

async function goIn(page: Page): Promise<void> {
  await page.getByText('Behind a passphrase').click();
  for (const field of await page.locator('input[type=password]').all()) await field.fill(passphrase);
  await page.getByText(/I understand/).click();
  await page.getByRole('button', { name: 'Create the vault' }).click();
  await page.getByRole('button', { name: 'Skip for now' }).click({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Go to Cloister' }).click();
}

/** Drops files of text on the window, as a file manager does. */
const drop = (page: Page, files: readonly string[]): Promise<void> =>
  page.evaluate((dropped) => {
    const transfer = new DataTransfer();
    const text = 'The gravel comes with two lorries, and a third one for the sand. '.repeat(4000);
    for (const name of dropped) transfer.items.add(new File([text, name], name));
    for (const type of ['dragenter', 'dragover', 'drop'])
      window.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }, files);

test('dropped files have their lines at once, and are read one after the other', async ({ app }) => {
  const { page } = app;
  await goIn(page);
  await page.getByRole('navigation').getByRole('button', { name: 'Documents' }).click();
  await page.getByRole('heading', { level: 1, name: 'Documents' }).waitFor();
  await drop(page, names);
  const rows = page.getByRole('table').getByRole('row');
  await expect(rows).toHaveCount(names.length + 1, { timeout: 10_000 });
  await expect(rows.filter({ hasText: /Waiting|Reading|Ready/ })).toHaveCount(names.length);
  await expect(rows.filter({ hasText: 'Ready' })).toHaveCount(names.length, { timeout: 30_000 });
  await expect(page.getByRole('option', { name: /My documents/ })).toContainText('4 documents');
});
