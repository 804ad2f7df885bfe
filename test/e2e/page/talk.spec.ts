import { expect, test } from '@playwright/test';
import type { Browser, Page } from 'playwright';
import type { Scripted } from '../../fakes/page-bridge.ts';
import { launch, openPage } from './bench/open.ts';

let browser: Browser;
test.beforeAll(async () => {
  browser = await launch();
});
test.afterAll(() => browser.close());

const composer = (page: Page) => page.getByRole('textbox', { name: 'Your question' });

async function ask(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await page.keyboard.press('Enter');
}

const calls = (page: Page, method: string): Promise<unknown[]> =>
  page.evaluate(
    (wanted) =>
      (globalThis as unknown as { scripted: Scripted }).scripted.calls
        .filter((call) => call.method === wanted)
        .map((call) => call.input),
    method,
  );

async function openTalk(page: Page, title: string): Promise<void> {
  await page.getByRole('button', { name: title, exact: true }).click();
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
}

test('a question streams, ends with its sources, and the talk is in the list', async () => {
  const { page, context, troubles } = await openPage(browser);
  await ask(page, 'How long is the notice period?');
  await expect(page.locator('.stage')).toContainText(/Searching your documents|Loading the model|Writing/);
  await expect(page.getByRole('button', { name: 'Stop writing' })).toBeVisible();
  await expect(page.getByText('28 tokens/s · 6.1 s')).toBeVisible({ timeout: 15_000 });
  await expect(page.getByRole('list', { name: 'Sources' }).getByRole('listitem')).toHaveCount(3);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('How long is the notice period?');
  await expect(
    page.getByRole('navigation').getByRole('button', { name: 'How long is the notice period?', exact: true }),
  ).toBeVisible();
  expect(await calls(page, 'chats.send')).toEqual([
    { text: 'How long is the notice period?', mode: 'generate', collectionId: 'tenancy' },
  ]);
  expect(troubles).toEqual([]);
  await context.close();
});

test('Escape stops an answer, what came is kept, and it can be answered again', async () => {
  const { page, context } = await openPage(browser, { pace: { every: 60, characters: 5 } });
  await ask(page, 'How long?');
  await page.locator('.prose').getByText('You may').waitFor({ timeout: 15_000 });
  await page.keyboard.press('Escape');
  await expect(page.getByText('You stopped this answer.')).toBeVisible();
  await expect(page.locator('.prose')).toContainText('You may');
  await page.getByRole('button', { name: 'Answer again' }).first().click();
  await expect(page.locator('.stage')).toBeVisible();
  await context.close();
});

test('an answer goes on while the person looks elsewhere', async () => {
  const { page, context } = await openPage(browser, { pace: { every: 20, characters: 8 } });
  await ask(page, 'How long?');
  await page.locator('.prose').getByText('You may').waitFor({ timeout: 15_000 });
  await openTalk(page, 'Heating costs, checked line by line');
  await expect(page.getByRole('navigation').getByText('an answer is being written')).toHaveCount(1);
  await expect(page.getByRole('navigation').getByText('an answer is being written')).toHaveCount(0, {
    timeout: 20_000,
  });
  await openTalk(page, 'How long?');
  await expect(page.getByText('28 tokens/s')).toBeVisible();
  await context.close();
});

test('Enter sends, Shift+Enter starts a line, and a refusal keeps the words', async () => {
  const { page, context } = await openPage(browser, { fails: { 'chats.send': 'model_missing' } });
  await composer(page).fill('first');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('second');
  await expect(composer(page)).toHaveValue('first\nsecond');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('The model this needs is not installed.');
  await expect(page.getByRole('alert')).toContainText('model_missing');
  await expect(composer(page)).toHaveValue('first\nsecond');
  await context.close();
});

test('without a chat model quotes are chosen, and it says why', async () => {
  const { page, context } = await openPage(browser, { chatModels: 0 });
  await expect(page.getByRole('button', { name: 'How to answer: Quotes only' })).toBeVisible();
  await expect(page.getByText('No chat model is installed, so answers are quotes from your documents.')).toBeVisible();
  await ask(page, 'How long?');
  await expect(page.locator('.quote mark').first()).toBeVisible({ timeout: 15_000 });
  expect(await calls(page, 'chats.send')).toEqual([{ text: 'How long?', mode: 'quotes', collectionId: 'tenancy' }]);
  await context.close();
});

test('passages that come at once are read from the first on', async () => {
  const { page, context } = await openPage(browser, { chatModels: 0 }, { height: 420 });
  await ask(page, 'What is the notice period?');
  await page.locator('.quote').nth(2).waitFor({ timeout: 15_000 });
  await page.waitForTimeout(200);
  await expect(page.locator('.quote').first()).toBeInViewport();
  await expect(page.getByRole('article', { name: 'You' })).toBeInViewport();
  await context.close();
});

test('nothing of an answer is loaded, opened or run', async () => {
  const { page, context, troubles } = await openPage(browser);
  await openTalk(page, 'Heating costs, checked line by line');
  const answer = page.getByRole('article', { name: 'Answer' });
  await expect(answer).toContainText(
    'Picture, not loaded: map of the house (https://tracker.example/pixel.png?leak=secret)',
  );
  await expect(answer).toContainText('<b onclick="alert(1)">Raw HTML stays text.</b>');
  await expect(answer).toContainText('(https://www.gesetze-im-internet.de/bgb/__556.html)');
  await expect(answer.locator('a, img, iframe, b')).toHaveCount(0);
  expect(troubles).toEqual([]);
  await context.close();
});

test('growing text stays in sight until the person scrolls up, and again when asked', async () => {
  const { page, context } = await openPage(browser, { pace: { every: 40, characters: 3 } }, { height: 420 });
  await openTalk(page, 'Notice periods in the lease');
  await ask(page, 'Again?');
  await page.locator('.stage', { hasText: 'Writing' }).waitFor({ timeout: 15_000 });
  const toEnd = () =>
    page.locator('.thread').evaluate((box) => Math.round(box.scrollHeight - box.scrollTop - box.clientHeight));
  await expect.poll(toEnd).toBeLessThan(4);
  await page.locator('.thread').hover();
  await page.mouse.wheel(0, -300);
  await expect(page.getByRole('button', { name: 'Jump to the newest' })).toBeVisible();
  const top = await page.locator('.thread').evaluate((box) => box.scrollTop);
  await page.waitForTimeout(600);
  expect(Math.abs((await page.locator('.thread').evaluate((box) => box.scrollTop)) - top)).toBeLessThan(3);
  await page.getByRole('button', { name: 'Jump to the newest' }).click();
  await expect.poll(toEnd).toBeLessThan(4);
  await context.close();
});

test('a long talk draws its newest messages first and the rest when scrolled to', async () => {
  const { page, context } = await openPage(browser);
  await openTalk(page, 'Minutes, summed up for Ana and the whole housing committee');
  const drawn = () => page.locator('.thread article').count();
  const atFirst = await drawn();
  expect(atFirst).toBeLessThanOrEqual(60);
  await page.locator('.thread').evaluate((box) => (box.scrollTop = 0));
  await expect.poll(drawn).toBeGreaterThan(atFirst);
  await context.close();
});

test('lost events are made good by reading the talk anew', async () => {
  const { page, context } = await openPage(browser, { pace: { every: 1e6, characters: 1 } });
  await ask(page, 'How long?');
  await page.locator('.stage').waitFor();
  await page.evaluate(() => {
    const { emit, asked } = (globalThis as unknown as { scripted: Scripted }).scripted;
    const base = { ...asked(), delta: '', message: null };
    emit('chats.progress', { ...base, sequence: 2, stage: 'generating', delta: 'One ' });
    emit('chats.progress', { ...base, sequence: 9, stage: 'generating', delta: 'nine' });
  });
  await expect.poll(async () => (await calls(page, 'chats.get')).length).toBe(1);
  await context.close();
});

test('locking forgets everything that was on the page', async () => {
  const { page, context } = await openPage(browser);
  await openTalk(page, 'Notice periods in the lease');
  await page.keyboard.press('Control+l');
  await expect(page.getByRole('heading', { name: 'Cloister is locked' })).toBeVisible();
  expect(await page.locator('body').innerText()).not.toContain('Notice periods');
  await page.getByRole('button', { name: 'Unlock' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'New chat' })).toBeVisible();
  await context.close();
});
