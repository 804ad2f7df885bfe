import { expect, test } from '@playwright/test';
import type { Browser, Page } from 'playwright';
import { focused, hasRing, tabTo } from '../keys.ts';
import { launch, openPage } from './bench/open.ts';

let browser: Browser;
test.beforeAll(async () => {
  browser = await launch();
});
test.afterAll(() => browser.close());

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
    if (title !== 'New chat') await expect(page.getByRole('heading', { level: 1, name: title })).toBeFocused();
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

async function openNotices(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Notice periods in the lease', exact: true }).click();
  await page.getByRole('button', { name: 'Source 1: Lease agreement.pdf' }).first().waitFor();
}

test('F6 goes through the parts of the window and around, in both directions', async () => {
  const { page, context } = await openPage(browser);
  await openNotices(page);
  await expect(page.getByRole('textbox', { name: 'Your question' })).toBeFocused();
  const region = () =>
    page.evaluate(() => document.activeElement?.closest('[data-region]')?.getAttribute('data-region') ?? '');
  const walk = async (keys: string, steps: number) => {
    const seen: string[] = [];
    for (let at = 0; at < steps; at += 1) {
      await page.keyboard.press(keys);
      seen.push(await region());
      expect(await hasRing(page), seen.at(-1)).toBe(seen.at(-1) !== 'composer');
    }
    return seen;
  };
  const parts = ['status', 'rail', 'main', 'thread', 'composer'];
  expect(await walk('F6', 5)).toEqual(parts);
  expect(await walk('Shift+F6', 5)).toEqual(['thread', 'main', 'rail', 'status', 'composer']);
  await page.getByRole('button', { name: /^How to answer/ }).press('Enter');
  await page.getByRole('menu').waitFor();
  await page.keyboard.press('F6');
  await expect(page.getByRole('menu')).toBeVisible();
  await context.close();
});

test('a source takes the focus, and gives it back to the citation that opened it', async () => {
  const { page, context } = await openPage(browser);
  await openNotices(page);
  await page.keyboard.press('Shift+F6');
  await tabTo(page, 'Source 1: Lease agreement.pdf');
  const chip = page.getByRole('button', { name: 'Source 1: Lease agreement.pdf' }).first();
  for (const close of ['Escape inside', 'button', 'Escape outside']) {
    await chip.press('Enter');
    await expect(page.getByRole('region', { name: 'page 3 of 3' })).toBeFocused();
    expect(await hasRing(page)).toBe(true);
    if (close === 'button') await page.getByRole('button', { name: 'Close the source' }).press('Enter');
    else {
      if (close === 'Escape outside') await page.getByRole('textbox', { name: 'Your question' }).focus();
      await page.keyboard.press('Escape');
    }
    await expect(page.getByRole('complementary', { name: 'Source' })).toHaveCount(0);
    if (close === 'Escape outside') await expect(page.getByRole('textbox', { name: 'Your question' })).toBeFocused();
    else await expect(chip).toBeFocused();
  }
  await page.keyboard.press('Control+k');
  await page.keyboard.type('notice');
  await page
    .getByRole('option', { name: /The tenant may/ })
    .first()
    .waitFor();
  for (let at = 0; at < 20 && !/The tenant may/.test(await activeOption(page)); at += 1)
    await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'page 3 of 3' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('textbox', { name: 'Your question' })).toBeFocused();
  await context.close();
});

/** The line of the palette that Enter would open; the focus itself stays in the field. */
const activeOption = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const id = document.activeElement?.getAttribute('aria-activedescendant') ?? '';
    return document.getElementById(id)?.textContent ?? '';
  });

test('Alt and the arrows go through the conversations', async () => {
  const { page, context } = await openPage(browser);
  const title = page.getByRole('heading', { level: 1 });
  await expect(title).toHaveText('New chat');
  for (const [keys, shown] of [
    ['Alt+ArrowDown', 'Notice periods in the lease'],
    ['Alt+ArrowDown', 'What the landlord promised'],
    ['Alt+ArrowUp', 'Notice periods in the lease'],
    ['Alt+ArrowUp', 'Notice periods in the lease'],
  ] as const) {
    await page.keyboard.press(keys);
    await expect(title).toHaveText(shown);
    await expect(page.getByRole('textbox', { name: 'Your question' })).toBeFocused();
  }
  await context.close();
});

test('what is copied arrives, is announced, and moves neither focus nor selection, also inside a dialog', async () => {
  const { page, context, troubles } = await openPage(browser);
  await expect(page.getByRole('textbox', { name: 'Your question' })).toBeFocused();
  await page.keyboard.press('Control+3');
  await page.getByRole('button', { name: 'Entry 1,201' }).press('Enter');
  const copy = page.getByRole('dialog').getByRole('button', { name: 'Copy the whole Session' });
  await copy.press('Enter');
  await expect(page.getByRole('status').filter({ hasText: 'Copied' })).toBeAttached();
  expect(await focused(page)).toBe('Copied');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.keyboard.press('Control+n');
  const composer = page.getByRole('textbox', { name: 'Your question' });
  await expect(composer).toBeFocused();
  await page.keyboard.press('Control+v');
  await expect(composer).toHaveValue(/^[0-9a-f]{32}$/);
  expect(troubles).toEqual([]);
  await context.close();
});

test('what an action takes away leaves the focus where one can go on', async () => {
  const { page, context } = await openPage(browser);
  await openNotices(page);
  await page.getByRole('button', { name: 'Rename or delete “Notice periods in the lease”' }).press('Enter');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).press('Enter');
  await expect(page.getByRole('textbox', { name: 'Your question' })).toBeFocused();

  await page.keyboard.press('Control+1');
  await page.getByRole('button', { name: 'Actions for Lease agreement.pdf' }).press('Enter');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove from the index' }).press('Enter');
  await expect(page.getByRole('region', { name: 'Files of Tenancy' })).toBeFocused();

  await page.keyboard.press('Control+3');
  await page.getByRole('button', { name: 'Verify the record' }).press('Enter');
  await expect(page.getByRole('button', { name: 'Verify again' })).toBeFocused();
  await context.close();
});

test('approving and starting the engine keep the focus on one button', async () => {
  const { page, context } = await openPage(browser, { engine: 'unknown' });
  await page.getByRole('button', { name: /Engine waits for approval/ }).press('Enter');
  const button = page.getByRole('dialog').locator('.sheet-actions button').first();
  await expect(button).toHaveText('Approve this engine');
  await button.press('Enter');
  await expect(button).toHaveText('Restart the engine');
  await expect(button).toBeFocused();
  await context.close();
});

test('a question sent before it is known how it can be answered goes as soon as it is', async () => {
  const { page, context } = await openPage(browser, { chatModels: 0, slow: ['models.list'] });
  await page.getByRole('textbox', { name: 'Your question' }).fill('How long?');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('New chat');
  await expect(page.locator('.quote').first()).toBeVisible({ timeout: 15_000 });
  await context.close();
});
