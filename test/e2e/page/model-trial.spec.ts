import { expect, test } from '@playwright/test';
import type { Browser, Page } from 'playwright';
import type { Scenario, Scripted } from '../../fakes/page-bridge.ts';
import { launch, openPage } from './bench/open.ts';

let browser: Browser;
test.beforeAll(async () => {
  browser = await launch();
});
test.afterAll(() => browser.close());

async function open(scenario: Scenario, model: string) {
  const opened = await openPage(browser, { models: 'states', ...scenario }, { width: 1360 });
  const { page } = opened;
  await page.getByRole('textbox', { name: 'Your question' }).waitFor();
  await page.keyboard.press('Control+2');
  await page.getByRole('heading', { level: 1, name: 'Models' }).waitFor();
  const button = page.getByRole('table').getByRole('button', { name: new RegExp(`^${model}`) });
  if ((await button.getAttribute('aria-pressed')) === 'false') await button.press('Enter');
  return { ...opened, panel: page.getByRole('region', { name: `About ${model}` }) };
}

const callsOf = (page: Page, method: string): Promise<readonly unknown[]> =>
  page.evaluate(
    (wanted) =>
      (globalThis as unknown as { scripted: Scripted }).scripted.calls
        .filter((call) => call.method === wanted)
        .map((call) => call.input),
    method,
  );

const hasFocus = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => document.activeElement?.textContent ?? undefined);

test('what waits is tried first, by the keyboard alone, and shows what came of it', async () => {
  const { page, context, panel, troubles } = await open({ trial: 'first' }, 'letters:7b');
  const trial = panel.getByRole('region', { name: 'Try it first' });
  await expect(trial).toContainText('nothing of yours is in them');
  await expect(panel.getByRole('listitem').filter({ hasText: 'It was not tried' })).toBeVisible();
  await trial.getByRole('button', { name: 'Try it' }).press('Enter');
  await expect(trial.getByRole('button', { name: 'Stop the trial' })).toBeFocused();
  await expect(trial.getByRole('progressbar', { name: 'Trying letters:7b' })).toBeVisible();
  await expect(trial).toContainText(/\d+ of 29 prompts answered/);
  await expect(trial.getByRole('button', { name: 'Try it again' })).toBeFocused();
  await expect(trial.getByRole('listitem').filter({ hasText: 'Declines harmful asks' })).toContainText('7 of 8');
  await expect(trial).toContainText('there is nothing to compare with');
  await expect(panel.getByRole('listitem').filter({ hasText: 'It was tried' })).toBeVisible();
  expect(await callsOf(page, 'models.evaluate')).toEqual([{ name: 'letters:7b', running: false }]);
  expect(troubles).toEqual([]);
  await context.close();
});

test('a trial is stopped, keeps nothing, and can be begun again', async () => {
  const { page, context, panel } = await open({ trialPace: 800 }, 'letters:7b');
  await panel.getByRole('button', { name: 'Try it' }).press('Enter');
  await expect(panel).toContainText(/\d of 29 prompts answered/);
  await page.keyboard.press('Enter');
  await expect(panel.getByRole('button', { name: 'Try it' })).toBeFocused();
  await expect(panel).toContainText('It was not tried');
  await expect(panel.getByRole('alert')).toHaveCount(0);
  expect(await callsOf(page, 'models.stopEvaluation')).toEqual([{ name: 'letters:7b' }]);
  await panel.getByRole('button', { name: 'Try it' }).press('Enter');
  await expect(panel.getByRole('progressbar')).toBeVisible();
  await context.close();
});

test('refusals that collapsed are said in the panel and before it is approved', async () => {
  const { page, context, panel } = await open({ trial: 'collapsed', trialPace: 1 }, 'qwen3:8b');
  await panel.getByRole('button', { name: 'Try it', exact: true }).press('Enter');
  const words = 'The version approved last declined 7 of them, this one 1';
  await expect(panel).toContainText(words);
  await expect(panel.getByRole('listitem').filter({ hasText: 'Declines harmful asks' })).toContainText(
    '1 of 8 · before 7 of 8',
  );
  await panel.getByRole('button', { name: 'Approve', exact: true }).press('Enter');
  const asked = page.getByRole('alertdialog');
  await expect(asked).toContainText(words);
  await expect(asked.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await asked.getByRole('button', { name: 'Cancel' }).press('Enter');
  await panel.getByRole('button', { name: 'Open the passport' }).press('Enter');
  const passport = page.getByRole('dialog');
  await expect(passport).toContainText('judged otherwise than of the version before');
  const changed = passport.getByRole('list', { name: 'Every answer' }).getByRole('listitem');
  await expect(changed.first()).toContainText('as it should before, now not as it should');
  const few = await changed.count();
  await passport.getByRole('button', { name: 'Show every answer' }).press('Enter');
  await expect(changed).toHaveCount(29);
  expect(few).toBeLessThan(29);
  await context.close();
});

test('where nothing is there to compare with, the version that runs can be tried too', async () => {
  const { page, context, panel } = await open({ trial: 'not_evaluated', trialPace: 1 }, 'qwen3:8b');
  await panel.getByRole('button', { name: 'Try it', exact: true }).press('Enter');
  await panel.getByRole('button', { name: 'Try the version that runs' }).press('Enter');
  await expect.poll(() => callsOf(page, 'models.evaluate')).toContainEqual({ name: 'qwen3:8b', running: true });
  await context.close();
});

test('a model that may not be approved untried says what to do', async () => {
  const { page, context, panel } = await open({ fails: { 'models.approve': 'not_evaluated' } }, 'letters:7b');
  await panel.getByRole('button', { name: 'Approve', exact: true }).press('Enter');
  const asked = page.getByRole('alertdialog');
  await asked.getByRole('button', { name: 'Approve' }).press('Enter');
  await expect(asked.getByRole('alert')).toContainText('was not tried yet');
  await context.close();
});

test('a trial that fails says why, and the focus stays', async () => {
  const { page, context, panel } = await open({ fails: { 'models.evaluate': 'model_too_large' } }, 'letters:7b');
  await panel.getByRole('button', { name: 'Try it' }).press('Enter');
  await expect(panel.getByRole('alert')).toContainText('does not fit');
  expect(await hasFocus(page)).toContain('Try it');
  await context.close();
});

test('where an organisation wants trials, nothing can be approved before one', async () => {
  const { page, context, panel } = await open({ rules: 'trials', trial: 'first', trialPace: 1 }, 'letters:7b');
  await expect(page.getByText('A model that writes answers is tried before anybody approves it.')).toBeVisible();
  await expect(panel).toContainText('Your organisation wants it tried before it is approved.');
  await expect(panel.getByRole('button', { name: 'Approve', exact: true })).toHaveCount(0);
  await panel.getByRole('button', { name: 'Try it' }).press('Enter');
  await panel.getByRole('button', { name: 'Approve', exact: true }).press('Enter');
  await expect(page.getByRole('alertdialog')).toBeVisible();
  await context.close();
});
