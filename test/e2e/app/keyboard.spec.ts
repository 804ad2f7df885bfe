import { expect, test } from '../../host/app-fixture.ts';
import type { RunningApp } from '../../host/driver.ts';
import { hasRing, tabTo } from '../keys.ts';

const passphrase = 'lamp orchard violin gravel';
/** Milliseconds. The key of a passphrase is slow on purpose, and the first start builds the vault. */
const patience = 30_000;

async function expectMarked({ page }: RunningApp): Promise<void> {
  expect(await hasRing(page)).toBe(true);
}

/** The first step: arrow keys choose the way, what is missing is named and gets the focus. */
async function createVault(app: RunningApp): Promise<void> {
  const { page } = app;
  await page.getByRole('heading', { name: 'Private by construction' }).waitFor();
  const choose = page.getByLabel('Choose a passphrase', { exact: true });
  const way = page.getByRole('radio', { name: /Behind a passphrase/ });
  await page.keyboard.press('Tab');
  if (!(await way.isChecked())) await page.keyboard.press('ArrowDown');
  await expect(way).toBeChecked();
  await tabTo(page, 'Create the vault');
  await expectMarked(app);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toHaveText('Choose a passphrase of at least 8 characters.');
  await expect(choose).toBeFocused();
  await page.keyboard.type(passphrase);
  await tabTo(page, 'Show the passphrase');
  await page.keyboard.press('Tab');
  await page.keyboard.type(passphrase);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('checkbox')).toBeFocused();
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Give it something to read' })).toBeFocused({ timeout: patience });
}

async function takeSamplesAndAsk(app: RunningApp): Promise<void> {
  const { page } = app;
  await tabTo(page, 'Try the sample documents');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Continue' })).toBeFocused({ timeout: patience });
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Ask a first question' })).toBeFocused();
  await tabTo(page, /work from home/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'Your question' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status').filter({ hasText: /^\d+ passages? found/ })).toBeAttached({
    timeout: patience,
  });
}

/** From the composer back to the first source, into the document and out again. */
async function readSource(app: RunningApp): Promise<void> {
  const { page } = app;
  await page.keyboard.press('Shift+F6');
  await expect(page.getByRole('region', { name: 'Conversation', exact: true })).toBeFocused();
  await tabTo(page, /^1 ?Employee handbook\.pdf/);
  await expectMarked(app);
  await page.keyboard.press('Enter');
  await page.locator('.highlight').first().waitFor({ timeout: patience });
  await expect(page.locator('.text-layer')).toContainText('You may work from home up to three days a week.');
  await expect(page.getByRole('region', { name: 'page 3 of 6' })).toBeFocused();
  await expectMarked(app);
  await page.keyboard.press('PageDown');
  await expect(page.getByText('page 4 of 6', { exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('complementary', { name: 'Source' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: /Employee handbook\.pdf page 3/ }).first()).toBeFocused();
}

async function visitPages({ page }: RunningApp): Promise<void> {
  for (const [keys, title] of [
    ['Control+1', 'Documents'],
    ['Control+2', 'Models'],
    ['Control+,', 'Settings'],
    ['Control+3', 'Record'],
  ] as const) {
    await page.keyboard.press(keys);
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeFocused();
  }
}

/** The question stands in the record; its entry opens and closes, the record is verified. */
async function readRecord(app: RunningApp): Promise<void> {
  const { page } = app;
  await tabTo(page, 'Verify the record');
  await page.keyboard.press('Enter');
  await page.getByRole('main').getByText('The one entry holds.').waitFor({ timeout: patience });
  await tabTo(page, 'Entry 0');
  await expectMarked(app);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Entry 0' })).toContainText('quotes');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Entry 0' })).toBeFocused();
}

async function findAgain({ page }: RunningApp): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.keyboard.type('work from home');
  await page.getByRole('option', { name: /How many days a week/ }).waitFor({ timeout: patience });
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('How many days a week may I work from home?');
  await expect(page.getByRole('textbox', { name: 'Your question' })).toBeFocused();
}

async function lockAndUnlock({ page }: RunningApp): Promise<void> {
  await page.keyboard.press('Control+l');
  const field = page.getByLabel('Passphrase', { exact: true });
  await expect(field).toBeFocused({ timeout: patience });
  await page.keyboard.type('lamp orchard violin');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('This passphrase does not open the vault.', {
    timeout: patience,
  });
  await expect(field).toBeFocused();
  await page.keyboard.press('Control+a');
  await page.keyboard.type(passphrase);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'Your question' })).toBeFocused({ timeout: patience });
}

test('a new person gets from the first start to a highlighted source, and back after a lock, by keyboard alone', async ({
  app,
}) => {
  test.setTimeout(180_000);
  await createVault(app);
  await takeSamplesAndAsk(app);
  await readSource(app);
  await visitPages(app);
  await readRecord(app);
  await findAgain(app);
  await lockAndUnlock(app);
});
