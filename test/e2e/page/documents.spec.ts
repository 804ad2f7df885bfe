import { expect, test } from '@playwright/test';
import type { Browser, Page } from 'playwright';
import type { Scenario, Scripted } from '../../fakes/page-bridge.ts';
import { launch, openPage } from './bench/open.ts';

let browser: Browser;
test.beforeAll(async () => {
  browser = await launch();
});
test.afterAll(() => browser.close());

async function openDocuments(
  scenario: Scenario,
): Promise<{ page: Page; close: () => Promise<void>; troubles: string[] }> {
  const { page, context, troubles } = await openPage(browser, scenario);
  await page.getByRole('navigation').getByRole('button', { name: 'Documents' }).click();
  await page.getByRole('heading', { level: 1, name: 'Documents' }).waitFor();
  return { page, close: () => context.close(), troubles };
}

interface Uploaded {
  readonly name: string;
  readonly offset: number;
  readonly total: number;
  readonly bytes: number;
}

const uploads = (page: Page): Promise<Uploaded[]> =>
  page.evaluate(() =>
    (globalThis as unknown as { scripted: Scripted }).scripted.calls
      .filter((call) => call.method === 'documents.upload')
      .map((call) => {
        const input = call.input as { name: string; offset: number; total: number; bytes: Uint8Array };
        return { name: input.name, offset: input.offset, total: input.total, bytes: input.bytes.length };
      }),
  );

test('a picked file goes over in pieces and appears in the ledger when it is read', async () => {
  const { page, close, troubles } = await openDocuments({ documents: 'empty' });
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Add files' }).click();
  const size = 9 * 1024 * 1024;
  await (await chooser).setFiles([{ name: 'plan.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(size, 7) }]);
  await expect(page.getByRole('row', { name: /plan\.pdf/ })).toContainText('Ready', { timeout: 15_000 });
  const mib = 1024 * 1024;
  expect(await uploads(page)).toEqual([
    { name: 'plan.pdf', offset: 0, total: size, bytes: 4 * mib },
    { name: 'plan.pdf', offset: 4 * mib, total: size, bytes: 4 * mib },
    { name: 'plan.pdf', offset: 8 * mib, total: size, bytes: mib },
  ]);
  expect(troubles).toEqual([]);
  await close();
});

test('files dropped anywhere make a first collection and are taken in', async () => {
  const { page, close } = await openDocuments({ documents: 'none' });
  await page.evaluate(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['hello'], 'notes.txt'));
    transfer.items.add(new File(['x'], '.DS_Store'));
    for (const type of ['dragenter', 'dragover', 'drop']) {
      window.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
    }
  });
  await expect(page.getByRole('row', { name: /notes\.txt/ })).toBeVisible({ timeout: 15_000 });
  await expect(page.getByRole('option', { name: /My documents/ })).toBeVisible();
  expect((await uploads(page)).map((one) => one.name)).toEqual(['notes.txt']);
  await close();
});

test('a collection is deleted only after its name is typed', async () => {
  const { page, close } = await openDocuments({});
  await page.getByRole('button', { name: 'Delete collection' }).click();
  const dialog = page.getByRole('alertdialog');
  const button = dialog.getByRole('button', { name: 'Delete collection' });
  await expect(button).toBeDisabled();
  await dialog.getByRole('textbox').fill('Tenanc');
  await expect(button).toBeDisabled();
  await dialog.getByRole('textbox').fill('Tenancy');
  await button.click();
  await expect(page.getByRole('option', { name: /Tenancy/ })).toHaveCount(0);
  await close();
});

test('the ledger filters by state, gives a reason for each failure, and draws only what is in sight', async () => {
  const { page, close } = await openDocuments({ documents: 'many' });
  const table = page.getByRole('table');
  await expect(table).toHaveAttribute('aria-rowcount', '3009');
  expect(await table.getByRole('row').count()).toBeLessThan(60);
  await page.getByRole('radio', { name: /Failed/ }).click();
  await expect(table.getByRole('row', { name: /Bank statements/ })).toContainText('The file is encrypted.');
  await expect(table).toHaveAttribute('aria-rowcount', '3');
  await close();
});

test('progress says how far reading and understanding are', async () => {
  const { page, close } = await openDocuments({ documents: 'ingesting' });
  await expect(page.getByText('Reading 17 of 42 files · Minutes.docx')).toBeVisible();
  await expect(page.getByText('Keyword search is ready; 240 of 900 passages understood by meaning.')).toBeVisible();
  await expect(page.getByRole('progressbar', { name: 'Reading 17 of 42 files' })).toHaveAttribute(
    'aria-valuenow',
    /40|41/,
  );
  await page.getByRole('button', { name: 'Stop' }).click();
  const cancelled = await page.evaluate(() =>
    (globalThis as unknown as { scripted: Scripted }).scripted.calls.some((call) => call.method === 'documents.cancel'),
  );
  expect(cancelled).toBe(true);
  await close();
});
