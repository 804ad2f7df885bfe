import { expect, test } from '@playwright/test';
import type { Browser, Page } from 'playwright';
import type { Scenario, Scripted } from '../../fakes/page-bridge.ts';
import { launch, openPage } from './bench/open.ts';

let browser: Browser;
test.beforeAll(async () => {
  browser = await launch();
});
test.afterAll(() => browser.close());

async function refused(scenario: Scenario = {}) {
  const opened = await openPage(browser, { tooLarge: 'qwen3:14b', ...scenario });
  const field = opened.page.getByRole('textbox', { name: 'Your question' });
  await field.fill('How long is the notice period?');
  await field.press('Enter');
  const notice = opened.page.locator('.notice').filter({ hasText: 'qwen3:14b was not loaded.' });
  await notice.getByRole('list', { name: 'What helps' }).waitFor();
  return { ...opened, notice };
}

const callsOf = (page: Page, method: string): Promise<readonly unknown[]> =>
  page.evaluate(
    (wanted) =>
      (globalThis as unknown as { scripted: Scripted }).scripted.calls
        .filter((call) => call.method === wanted)
        .map((call) => call.input),
    method,
  );

test('a model that does not fit is refused with the numbers, and all that would help', async () => {
  const { page, context, notice, troubles } = await refused();
  await expect(notice).toContainText('It needs 8.1 GB, and 6.9 GB are free now.');
  await expect(notice).toContainText('llama3.2:3b is installed and fits.');
  await expect(notice).toContainText('With 1,024 tokens at once it fits');
  await expect(notice).toContainText('Kept in 8 bits, a conversation takes less memory');
  await expect(notice).toContainText('Closing firefox (1.6 GB) would make room.');
  await expect(notice).toContainText('In 4 bits the same model would need about 5.2 GB.');
  expect(await callsOf(page, 'models.refusal')).toEqual([{ name: 'qwen3:14b' }]);
  expect(troubles).toEqual([]);
  await context.close();
});

test.describe('one press does what helps', () => {
  for (const [name, button, sent] of [
    ['another model', 'Ask llama3.2:3b', { model: 'llama3.2:3b' }],
    ['a shorter context', 'Use 1,024 tokens', { contextTokens: 1024 }],
  ] as const) {
    test(name, async () => {
      const { page, context, notice } = await refused();
      await notice.getByRole('button', { name: button }).press('Enter');
      await expect(page.locator('.prose').getByText('three months').first()).toBeVisible({ timeout: 15_000 });
      const [call] = await callsOf(page, 'chats.retry');
      expect(call).toMatchObject(sent);
      await expect(notice).toHaveCount(0);
      await context.close();
    });
  }

  test('a context in fewer bits', async () => {
    const { page, context, notice } = await refused();
    await notice.getByRole('button', { name: 'Keep it in 8 bits' }).press('Enter');
    await expect(page.locator('.prose').getByText('three months').first()).toBeVisible({ timeout: 15_000 });
    expect(await callsOf(page, 'settings.set')).toEqual([{ cacheType: 'q8_0' }]);
    expect(await callsOf(page, 'chats.retry')).toHaveLength(1);
    await context.close();
  });

  test('asking again, as it was', async () => {
    const { page, context, notice } = await refused();
    await notice.getByRole('button', { name: 'Ask again' }).press('Enter');
    await expect.poll(async () => (await callsOf(page, 'chats.retry')).length).toBe(1);
    await expect(notice).toBeVisible({ timeout: 15_000 });
    await context.close();
  });
});

test('an older answer that did not come stays as it is, without looking again', async () => {
  const { page, context } = await refused();
  const field = page.getByRole('textbox', { name: 'Your question' });
  await field.fill('And then?');
  await field.press('Enter');
  await expect.poll(async () => (await callsOf(page, 'models.refusal')).length).toBe(2);
  await expect(page.getByRole('list', { name: 'What helps' })).toHaveCount(1);
  await context.close();
});
