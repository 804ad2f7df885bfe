import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningApp } from '../../host/driver.ts';
import { expect, test } from '../../host/app-fixture.ts';

const passphrase = 'correct horse battery staple';

async function makeVault({ page }: RunningApp): Promise<void> {
  await page.getByText('Behind a passphrase').click();
  for (const field of await page.locator('input[type=password]').all()) await field.fill(passphrase);
  await page.getByText(/I understand/).click();
  const create = page.getByRole('button', { name: 'Create the vault' });
  await create.click();
  await expect(create).toBeHidden({ timeout: 20_000 });
}

test('a vault behind a passphrase is made, closed by quitting, and opened again', async ({ app }) => {
  await makeVault(app);

  await app.driver.restart();
  const field = app.page.locator('input[type=password]');
  await field.fill('wrong horse battery staple');
  await app.page.getByRole('button', { name: 'Unlock' }).click();
  await expect(field).toHaveAttribute('aria-invalid', 'true', { timeout: 20_000 });
  await field.fill(passphrase);
  await app.page.getByRole('button', { name: 'Unlock' }).click();
  await expect(field).toBeHidden({ timeout: 20_000 });
});

test('the passphrase stands in no file of the profile', async ({ app }) => {
  await makeVault(app);
  // Chromium would save a session after 2.5 s.
  await app.page.waitForTimeout(3000);
  const found: string[] = [];
  for (const entry of await readdir(app.driver.profile, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const content = await readFile(join(entry.parentPath, entry.name)).catch(() => Buffer.alloc(0));
    if (content.includes(passphrase) || content.includes(Buffer.from(passphrase, 'utf16le'))) found.push(entry.name);
  }
  expect(found).toEqual([]);
});
