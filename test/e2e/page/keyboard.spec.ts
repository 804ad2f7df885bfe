import { expect, test } from '@playwright/test';
import type { Browser, Page } from 'playwright';
import { rightPassphrase } from '../../fakes/page-bridge.ts';
import { launch, openPage } from './bench/open.ts';

let browser: Browser;
test.beforeAll(async () => {
  browser = await launch();
});
test.afterAll(() => browser.close());

const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const node = document.activeElement;
    return node?.getAttribute('aria-label') ?? node?.textContent ?? '';
  });

/** Presses Tab until this has the focus. Fails when it cannot be reached. */
async function tabTo(page: Page, name: string | RegExp, most = 60): Promise<void> {
  for (let at = 0; at < most; at += 1) {
    await page.keyboard.press('Tab');
    const now = await focused(page);
    if (typeof name === 'string' ? now === name : name.test(now)) return;
  }
  throw new Error(`Tab does not reach ${String(name)}`);
}

/** What has the focus is marked by a ring that can be seen. */
async function ring(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const node = document.activeElement;
    if (node === null) return false;
    const style = getComputedStyle(node);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1;
  });
}

test('from the first start to a highlighted source, by keyboard alone', async () => {
  test.setTimeout(120_000);
  const { page, context, troubles } = await openPage(browser, {
    vault: 'absent',
    keychain: false,
    documents: 'none',
    talks: 'none',
  });
  await page.getByRole('heading', { name: 'Private by construction' }).waitFor();
  // The passphrase is the only way here, and its field has the focus.
  await expect(page.getByLabel('Choose a passphrase')).toBeFocused();
  await page.keyboard.type(rightPassphrase);
  await tabTo(page, 'Show the passphrase');
  await page.keyboard.press('Tab');
  await page.keyboard.type(rightPassphrase);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await tabTo(page, 'Create the vault');
  expect(await ring(page)).toBe(true);
  await page.keyboard.press('Enter');

  await page.getByRole('heading', { name: 'Give it something to read' }).waitFor();
  await tabTo(page, 'Try the sample documents');
  await page.keyboard.press('Enter');
  await page.getByText('Sample documents · ', { exact: false }).first().waitFor();
  await tabTo(page, 'Continue');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Ask a first question' }).waitFor();
  await tabTo(page, /work from home/);
  await page.keyboard.press('Enter');

  const composer = page.getByRole('textbox', { name: 'Your question' });
  await expect(composer).toBeFocused();
  await expect(composer).toHaveValue(/work from home/);
  await page.keyboard.press('Enter');
  await page.getByText('28 tokens/s').waitFor({ timeout: 20_000 });

  // Back to the answer, part by part, and to its first citation.
  await page.keyboard.press('Shift+F6');
  await tabTo(page, 'Source 1: Lease agreement.pdf');
  expect(await ring(page)).toBe(true);
  await page.keyboard.press('Enter');
  await page.locator('.highlight').first().waitFor({ timeout: 15_000 });
  await expect(page.getByRole('complementary', { name: 'Source' })).toBeFocused();
  await page.keyboard.press('PageUp');
  await expect(page.getByText('page 2 of 3', { exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('complementary', { name: 'Source' })).toHaveCount(0);

  await page.keyboard.press('Control+l');
  await expect(page.getByLabel('Passphrase', { exact: true })).toBeFocused();
  await page.keyboard.type('wrong one');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('This passphrase does not open the vault.');
  await page.keyboard.press('Control+a');
  await page.keyboard.type(rightPassphrase);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'Your question' })).toBeFocused();
  expect(troubles).toEqual([]);
  await context.close();
});

test('the palette finds talks, passages and commands, and gives the focus back', async () => {
  const { page, context } = await openPage(browser);
  const composer = page.getByRole('textbox', { name: 'Your question' });
  await expect(composer).toBeFocused();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('sett');
  await page.getByRole('option', { name: 'Settings' }).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(composer).toBeFocused();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('lease');
  await page.getByRole('option', { name: /Notice periods/ }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('New chat');
  await context.close();
});

test('each page has its key, and skip links come first', async () => {
  const { page, context } = await openPage(browser);
  await expect(page.getByRole('textbox', { name: 'Your question' })).toBeFocused();
  for (const [key, title] of [
    ['Control+1', 'Documents'],
    ['Control+2', 'Models'],
    ['Control+3', 'Record'],
    ['Control+,', 'Settings'],
    ['Control+n', 'New chat'],
  ] as const) {
    await page.keyboard.press(key);
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
  }
  await page.getByRole('navigation').getByRole('button', { name: 'New chat' }).focus();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  expect(await focused(page)).toBe('Skip to the page');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'Your question' })).toBeFocused();
  await context.close();
});

test('forced colours and reduced motion are respected', async () => {
  const { page, context } = await openPage(browser, {}, { forcedColors: true, reducedMotion: true });
  await page.getByRole('button', { name: 'Notice periods in the lease', exact: true }).click();
  const chip = page.getByRole('button', { name: 'Source 1: Lease agreement.pdf' }).first();
  await chip.waitFor();
  expect(await chip.evaluate((node) => getComputedStyle(node).borderTopStyle)).toBe('solid');
  const long = await page.evaluate(
    () => document.getAnimations().filter((one) => Number(one.effect?.getComputedTiming().activeDuration) > 20).length,
  );
  expect(long).toBe(0);
  await context.close();
});
