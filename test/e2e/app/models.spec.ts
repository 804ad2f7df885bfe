import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { writeTinyChatModel } from '../../fixtures/tiny-chat-model.ts';
import { expect, test } from '../../host/app-fixture.ts';

const passphrase = 'lamp orchard violin gravel';

async function goToModels(page: Page): Promise<void> {
  await page.getByText('Behind a passphrase').click();
  for (const field of await page.locator('input[type=password]').all()) await field.fill(passphrase);
  await page.getByText(/I understand/).click();
  await page.getByRole('button', { name: 'Create the vault' }).click();
  await page.getByRole('button', { name: 'Skip for now' }).click({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Go to Cloister' }).click();
  await page.getByRole('navigation').getByRole('button', { name: 'Models' }).click();
  await page.getByRole('table').waitFor();
}

test('a model that is picked as a file waits, is looked at, approved, verified and removed', async ({ app, host }) => {
  test.skip(host === 'electron', 'the dialog of the system cannot be driven from here');
  const { page } = app;
  const folder = await mkdtemp(join(tmpdir(), 'cloister-gguf-'));
  writeTinyChatModel(join(folder, 'letters.gguf'));
  await goToModels(page);

  await page.getByRole('button', { name: 'Show ways' }).click();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose a file' }).click();
  await (await chooser).setFiles(join(folder, 'letters.gguf'));
  const downloads = page.getByRole('region', { name: 'Downloads' });
  await expect(downloads).toContainText('Here, and waits for your approval', { timeout: 60_000 });

  const name = /^(?:letters|cloister)/;
  await page.getByRole('table').getByRole('button', { name }).click();
  const panel = page.getByRole('region', { name: /^About (?:letters|cloister)/ });
  await expect(panel).toContainText('in quarantine');
  await panel.getByRole('button', { name: 'Open the passport' }).click();
  const passport = page.getByRole('dialog');
  await expect(passport).toContainText('file letters.gguf');
  await expect(passport.getByRole('row', { name: /Weights/ })).toBeVisible();
  await passport.getByRole('button', { name: 'Close' }).click();

  await panel.getByRole('button', { name: 'Approve' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Approve' }).click();
  await expect(panel).toContainText('It may run, in exactly this version.', { timeout: 15_000 });
  await panel.getByRole('button', { name: 'Verify now' }).click();
  await expect(panel).toContainText(/checks?, all in order/);

  await panel.getByRole('button', { name: 'Remove' }).click();
  const asked = page.getByRole('alertdialog');
  await expect(asked).toContainText('come free');
  await asked.getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByRole('table').getByRole('button', { name })).toHaveCount(0, { timeout: 15_000 });
  await rm(folder, { recursive: true });
});
