import { expect, test } from '@playwright/test';
import type { Browser, Page } from 'playwright';
import type { Scenario, Scripted } from '../../fakes/page-bridge.ts';
import { launch, openPage } from './bench/open.ts';

let browser: Browser;
test.beforeAll(async () => {
  browser = await launch();
});
test.afterAll(() => browser.close());

async function open(scenario: Scenario) {
  const opened = await openPage(browser, scenario, { width: 1360 });
  await opened.page.getByRole('textbox', { name: 'Your question' }).waitFor();
  await opened.page.keyboard.press('Control+2');
  await opened.page.getByRole('heading', { level: 1, name: 'Models' }).waitFor();
  return opened;
}

const rowOf = (page: Page, name: string) =>
  page.getByRole('row').filter({ has: page.getByRole('button', { name: new RegExp(`^${name}`) }) });

const title = 'Your organisation decides which models run here';

test('an organisation’s rules stand on the page before anybody tries, and what they forbid cannot be pressed', async () => {
  const { page, context, troubles } = await open({ rules: 'managed', chatModels: 0, downloads: 'some' });
  const rules = page.getByRole('region', { name: title });
  await expect(rules.getByRole('listitem')).toHaveCount(4);
  await expect(rules).toContainText('Models cannot be downloaded here.');
  await expect(rules).toContainText('A model admin approves each model before it runs.');
  await expect(page.getByRole('table').getByRole('row').first()).toBeVisible();
  await expect(page.getByRole('button', { name: /^Get / })).toHaveCount(0);
  await expect(page.getByRole('region', { name: /models that suit/ })).toHaveCount(0);
  await expect(page.getByRole('button', { name: /^Go on with/ })).toHaveCount(0);
  await page.getByRole('button', { name: 'Show ways' }).press('Enter');
  await expect(page.getByRole('textbox', { name: 'Name, as the registry lists it' })).toBeDisabled();
  await expect(page.getByText('Your organisation does not allow downloads.').first()).toBeVisible();
  const pulled = await page.evaluate(() =>
    (globalThis as unknown as { scripted: Scripted }).scripted.calls.some(({ method }) => method === 'models.pull'),
  );
  expect(pulled).toBe(false);
  expect(troubles).toEqual([]);
  await context.close();
});

test('which list of publishers holds is shown, with who locked it', async () => {
  const { page, context } = await open({ rules: 'managed' });
  // Half on the card and half in memory is not allowed there.
  await expect(rowOf(page, 'gemma3:12b')).toContainText('Not allowed here');
  const head = page.getByRole('heading', { level: 2, name: /^Publishers/ });
  await expect(head).toContainText('your organisation’s list');
  await page.getByRole('button', { name: 'Show publishers' }).press('Enter');
  await expect(page.getByText('registry.example.org/labs')).toBeVisible();
  await expect(page.getByText('Signed list 7, valid until')).toBeVisible();
  await expect(page.getByText('Set by your organisation; a list of your own does not count.')).toBeVisible();
  await context.close();
});

test('whoever approves where a model admin must is told so', async () => {
  const { page, context } = await open({ rules: 'managed', models: 'states' });
  await page
    .getByRole('table')
    .getByRole('button', { name: /^letters:7b/ })
    .press('Enter');
  await page.getByRole('button', { name: 'Approve', exact: true }).press('Enter');
  await expect(page.getByRole('alertdialog')).toContainText('approved by a model admin');
  await context.close();
});

test('a personal installation says nothing of an organisation', async () => {
  const { page, context } = await open({});
  await expect(page.getByRole('button', { name: 'Get qwen3:14b' })).toBeVisible();
  await expect(page.getByText(title)).toHaveCount(0);
  await page.getByRole('button', { name: 'Show publishers' }).press('Enter');
  await expect(page.getByText('registry.ollama.ai/library')).toBeVisible();
  await expect(page.getByText('as Cloister comes')).toBeVisible();
  await context.close();
});

test('a list that is refused says why, and that the last good one holds on', async () => {
  const { page, context } = await open({ rules: 'broken' });
  const notice = page.locator('.notice').filter({ hasText: 'The newest list of publishers was not taken' });
  await expect(notice).toContainText('It is older than a list that was taken before. The last good list holds on.');
  await context.close();
});
