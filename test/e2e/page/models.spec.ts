import { expect, test } from '@playwright/test';
import type { Browser, Page } from 'playwright';
import type { Scenario, Scripted } from '../../fakes/page-bridge.ts';
import { launch, openPage } from './bench/open.ts';

let browser: Browser;
test.beforeAll(async () => {
  browser = await launch();
});
test.afterAll(() => browser.close());

async function open(scenario: Scenario = {}, width = 1360) {
  const opened = await openPage(browser, scenario, { width });
  await opened.page.getByRole('textbox', { name: 'Your question' }).waitFor();
  await opened.page.keyboard.press('Control+2');
  await opened.page.getByRole('heading', { level: 1, name: 'Models' }).waitFor();
  return opened;
}

const rowOf = (page: Page, name: string) =>
  page.getByRole('row').filter({ has: page.getByRole('button', { name: new RegExp(`^${name}`) }) });

const choose = async (page: Page, name: string): Promise<void> => {
  const button = page.getByRole('table').getByRole('button', { name: new RegExp(`^${name}`) });
  if ((await button.getAttribute('aria-pressed')) === 'false') await button.press('Enter');
};

const callsOf = (page: Page, method: string): Promise<readonly unknown[]> =>
  page.evaluate(
    (wanted) =>
      (globalThis as unknown as { scripted: Scripted }).scripted.calls
        .filter((call) => call.method === wanted)
        .map((call) => call.input),
    method,
  );

test('a longer conversation takes more memory, and what fits no longer says so', async () => {
  const { page, context, troubles } = await open();
  const row = rowOf(page, 'qwen3:14b');
  const small = rowOf(page, 'llama3.2:3b');
  await expect(small).toContainText('2.8 GB of 6.9 GB free');
  const slider = page.getByRole('slider', { name: 'Length of a conversation' });
  await expect(slider).toHaveAttribute('aria-valuetext', '8,192 tokens, about 12 pages');
  await slider.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(slider).toHaveAttribute('aria-valuetext', '32,768 tokens, about 49 pages');
  await expect(small).toContainText('4.3 GB of 6.9 GB free');
  await expect(small.getByRole('img')).toHaveAttribute('aria-label', /context 2 GB/);
  await expect(row).toContainText('Too large by');
  const last = (await callsOf(page, 'models.fit')).at(-1);
  expect(last).toEqual({
    names: expect.arrayContaining(['llama3.2:3b', 'qwen3:14b']) as unknown,
    contextTokens: 32_768,
  });
  expect(troubles).toEqual([]);
  await context.close();
});

test('a conversation that is kept in fewer bits is a choice, and the bars follow it', async () => {
  const { page, context, troubles } = await open();
  await expect(rowOf(page, 'llama3.2:3b')).toContainText('2.8 GB of 6.9 GB free');
  const before = (await callsOf(page, 'models.fit')).length;
  await page.getByRole('combobox', { name: 'Kept in memory' }).selectOption('in 8 bits');
  await expect.poll(() => callsOf(page, 'settings.set')).toEqual([{ cacheType: 'q8_0' }]);
  await expect.poll(async () => (await callsOf(page, 'models.fit')).length).toBeGreaterThan(before);
  expect(troubles).toEqual([]);
  await context.close();
});

test('a slider that is swept asks for few lengths, one call each, and for none again', async () => {
  const { page, context, troubles } = await open();
  const slider = page.getByRole('slider', { name: 'Length of a conversation' });
  const small = rowOf(page, 'llama3.2:3b');
  await expect(small).toContainText('2.8 GB of 6.9 GB free');
  const asked = async () => (await callsOf(page, 'models.fit')) as { names: string[]; contextTokens: number }[];
  const before = (await asked()).length;
  const box = (await slider.boundingBox())!;
  const sweep = async (from: number, to: number) => {
    const at = (share: number): [number, number] => [box.x + 8 + (box.width - 16) * share, box.y + box.height / 2];
    await page.mouse.move(...at(from));
    await page.mouse.down();
    for (let step = 1; step <= 60; step += 1) await page.mouse.move(...at(from + ((to - from) * step) / 60));
    await page.mouse.up();
  };
  await sweep(0, 1);
  await expect(slider).toHaveAttribute('aria-valuetext', /^131,072/);
  await expect(small).toContainText('4.3 GB of 6.9 GB free');
  const there = (await asked()).slice(before);
  expect(there.length).toBeLessThanOrEqual(7);
  expect(new Set(there.map(({ contextTokens }) => contextTokens)).size).toBe(there.length);
  for (const call of there) expect(call.names.length).toBeGreaterThan(3);
  await sweep(1, 0);
  await sweep(0, 1);
  await expect(small).toContainText('4.3 GB of 6.9 GB free');
  expect((await asked()).length - before).toBeLessThanOrEqual(7);
  expect(troubles).toEqual([]);
  await context.close();
});

test('without a chat model three are proposed, and one key gets the balanced one', async () => {
  const { page, context } = await open({ chatModels: 0 });
  const proposals = page.getByRole('region', { name: 'Three models that suit this computer' });
  await expect(proposals.getByRole('listitem')).toHaveCount(3);
  await proposals.getByRole('button', { name: 'Get llama3.2:3b' }).press('Enter');
  const downloads = page.getByRole('region', { name: 'Downloads' });
  await expect(downloads.getByText('llama3.2:3b')).toBeVisible();
  await expect(downloads).toContainText('Installed', { timeout: 15_000 });
  await expect(rowOf(page, 'llama3.2:3b')).toContainText('Verified just now');
  await expect(proposals.getByText('Installed')).toBeVisible();
  expect(await page.evaluate(() => document.activeElement?.tagName)).not.toBe('BODY');
  await context.close();
});

test('a download is paused, goes on, and is cancelled only when asked again', async () => {
  const { page, context } = await open({ downloads: 'some' });
  const list = page.getByRole('region', { name: 'Downloads' });
  await expect(list).toContainText('171.0 of 274.0 MB · 38 MB/s · 3 s left · hashed as it arrives');
  await expect(list).toContainText('Paused; what came is kept');
  await expect(list).toContainText('There is not enough free space on the disk for this model.');
  await list.getByRole('button', { name: 'Pause nomic-embed-text' }).press('Enter');
  const again = list.getByRole('button', { name: 'Go on with nomic-embed-text' });
  await expect(again).toBeFocused();
  await again.press('Enter');
  await expect(list.getByRole('button', { name: 'Take nomic-embed-text off this list' })).toBeVisible({
    timeout: 15_000,
  });
  await list.getByRole('button', { name: 'Cancel gemma3:12b' }).press('Enter');
  const asked = page.getByRole('alertdialog');
  await expect(asked).toContainText('The 2.1 GB that came are removed.');
  await asked.getByRole('button', { name: 'Cancel', exact: true }).press('Enter');
  await expect(list.getByText('gemma3:12b')).toBeVisible();
  await list.getByRole('button', { name: 'Cancel gemma3:12b' }).press('Enter');
  await asked.getByRole('button', { name: 'Cancel the download' }).press('Enter');
  await expect(list.getByText('gemma3:12b')).toHaveCount(0);
  expect(await callsOf(page, 'models.cancel')).toEqual([{ id: 'gemma3-12b' }]);
  await context.close();
});

test('a download that ends while another page is open is told there', async () => {
  const { page, context } = await open({ chatModels: 0 });
  await page.getByRole('button', { name: 'Show ways' }).press('Enter');
  await page.getByRole('textbox', { name: 'Name, as the registry lists it' }).fill('granite3.3:8b');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+1');
  await expect(page.getByRole('alert').filter({ hasText: 'granite3.3:8b is here and may be used.' })).toBeVisible({
    timeout: 15_000,
  });
  await context.close();
});

test('a dropped file is handed over in pieces, checked, and waits for approval', async () => {
  const { page, context, troubles } = await open();
  await page.evaluate(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([new Uint8Array(9 * 1024 * 1024)], 'letters.gguf'));
    window.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
  });
  const list = page.getByRole('region', { name: 'Downloads' });
  await expect(list).toContainText('Here, and waits for your approval', { timeout: 15_000 });
  await expect(rowOf(page, 'letters')).toContainText('in quarantine');
  expect(await callsOf(page, 'models.upload')).toHaveLength(3);
  await list.getByRole('button', { name: /^Take letters/ }).press('Enter');
  await expect(list).toHaveCount(0);
  expect(await callsOf(page, 'models.cancel')).toHaveLength(1);
  expect(troubles).toEqual([]);
  await context.close();
});

test('a file that is no model is refused with what to do', async () => {
  const { page, context } = await open();
  await page.getByRole('button', { name: 'Show ways' }).press('Enter');
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose a file' }).click();
  await (await chooser).setFiles([{ name: 'holiday.jpg', mimeType: 'image/jpeg', buffer: Buffer.alloc(100, 7) }]);
  const list = page.getByRole('region', { name: 'Downloads' });
  await expect(list).toContainText('The model was checked before it was taken in, and refused.');
  await expect(list.getByRole('button', { name: 'Pause holiday.jpg' })).toHaveCount(0);
  await context.close();
});

test('an import stands in the list when the page comes, and is stopped only when asked again', async () => {
  const { page, context, troubles } = await open({ downloads: 'some' });
  const list = page.getByRole('region', { name: 'Downloads' });
  const line = list.getByRole('listitem').filter({ hasText: 'phi-4.gguf' });
  await expect(line).toContainText('From a file · 3.2 of 9.1 GB · 410 MB/s · 14 s left · hashed as it is copied');
  await expect(line.getByRole('progressbar', { name: 'Import of phi-4.gguf' })).toBeVisible();
  await expect(line.getByRole('button', { name: 'Pause phi-4.gguf' })).toHaveCount(0);
  await line.getByRole('button', { name: 'Cancel phi-4.gguf' }).press('Enter');
  const asked = page.getByRole('alertdialog');
  await expect(asked).toContainText('Your own file stays where it is');
  await asked.getByRole('button', { name: 'Stop the import' }).press('Enter');
  await expect(line).toHaveCount(0);
  expect(await callsOf(page, 'models.cancel')).toEqual([{ id: 'phi-4-gguf' }]);
  expect(troubles).toEqual([]);
  await context.close();
});

test('what waits is approved in the version that was shown, and says that it is a self-approval', async () => {
  const { page, context } = await open({ models: 'states' });
  await choose(page, 'letters:7b');
  await page.getByRole('button', { name: 'Approve', exact: true }).press('Enter');
  const asked = page.getByRole('alertdialog');
  await expect(asked).toContainText('this is a self-approval: nobody else has looked at it');
  await expect(asked.getByRole('listitem').filter({ hasText: 'Nobody says who made it' })).toBeVisible();
  await asked.getByLabel('Reason, if you like').fill('Our own letters');
  await page.keyboard.press('Enter');
  await expect(asked).toBeHidden();
  await expect(page.getByRole('region', { name: 'About letters:7b' })).toContainText('approved');
  const [call] = await callsOf(page, 'models.approve');
  expect(call).toMatchObject({ name: 'letters:7b', reason: 'Our own letters', digest: expect.any(String) });
  await context.close();
});

test('another version that came meanwhile is not approved unseen', async () => {
  const { page, context } = await open({ models: 'states', fails: { 'models.approve': 'conflict' } });
  await choose(page, 'letters:7b');
  await page.getByRole('button', { name: 'Approve', exact: true }).press('Enter');
  const asked = page.getByRole('alertdialog');
  await asked.getByRole('button', { name: 'Approve' }).press('Enter');
  await expect(asked.getByRole('alert')).toContainText('conflict');
  await expect(asked).toBeVisible();
  await context.close();
});

test('blocking needs a reason, and what is blocked is not offered for questions', async () => {
  const { page, context } = await open();
  await choose(page, 'qwen3:8b');
  await page.getByRole('button', { name: 'Block', exact: true }).press('Enter');
  const asked = page.getByRole('alertdialog');
  const verb = asked.getByRole('button', { name: 'Block' });
  await expect(verb).toBeDisabled();
  await asked.getByLabel('Reason').fill('Says what it should keep');
  await verb.press('Enter');
  await expect(rowOf(page, 'qwen3:8b')).toContainText('Says what it should keep');
  expect(await callsOf(page, 'models.block')).toEqual([{ name: 'qwen3:8b', reason: 'Says what it should keep' }]);
  await context.close();
});

test('removing says what goes and how much comes free, without what another model needs', async () => {
  const { page, context } = await open();
  await choose(page, 'llama3.2:3b');
  await page.getByRole('button', { name: 'Remove', exact: true }).press('Enter');
  const asked = page.getByRole('alertdialog');
  await expect(asked).toContainText('Its files are deleted and 2 GB come free.');
  await expect(asked).toContainText('2 layers that another model needs stay.');
  await asked.getByRole('button', { name: 'Remove' }).press('Enter');
  await expect(page.getByText('2 models, 5.2 GB on disk')).toBeVisible();
  await context.close();
});

test('a passport shows every layer, what changed in the template, and who decided', async () => {
  const { page, context, troubles } = await open({ models: 'states' });
  await choose(page, 'qwen3:8b');
  await expect(page.getByText('The version approved before goes on running meanwhile.')).toBeVisible();
  const opener = page.getByRole('button', { name: 'Open the passport' });
  await opener.press('Enter');
  const passport = page.getByRole('dialog', { name: 'Passport of qwen3:8b' });
  await expect(passport.getByRole('table').getByRole('row')).toHaveCount(4);
  await expect(passport.getByText("+ {{ '<|im_start|>' + message.role + ' (answer briefly)' }}")).toBeVisible();
  await expect(passport.getByText('self-approval: the person who brought it approved it')).toBeVisible();
  await expect(passport.getByRole('list', { name: '14 checks, all in order' }).getByRole('listitem')).toHaveCount(14);
  await passport.getByRole('button', { name: 'Show: Text of the licence' }).press('Enter');
  await expect(passport.getByRole('region', { name: 'Text of the licence' })).toContainText('Version 2.0');
  await page.keyboard.press('Escape');
  await expect(opener).toBeFocused();
  await page.getByRole('button', { name: 'Go back a version' }).press('Enter');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Go back a version' }).press('Enter');
  await expect(page.getByRole('button', { name: 'Go back a version' })).toHaveCount(0);
  expect(troubles).toEqual([]);
  await context.close();
});

test('verifying shows how far it is, and says when a byte differs', async () => {
  const { page, context } = await open({ verified: false });
  await choose(page, 'qwen3:8b');
  await page.getByRole('button', { name: 'Verify now' }).press('Enter');
  await expect(rowOf(page, 'qwen3:8b')).toContainText(/Verifying, \d+ %/);
  await expect(page.getByRole('alert')).toContainText('The files of qwen3:8b are not what its manifest says.');
  await expect(rowOf(page, 'qwen3:8b')).toContainText('Files differ');
  await context.close();
});

test('a model that is found changed is told of once, wherever the person is', async () => {
  const { page, context } = await openPage(browser, { models: 'changed' });
  await page.getByRole('textbox', { name: 'Your question' }).waitFor();
  await page.evaluate(async () => {
    const { scripted, cloister } = globalThis as unknown as {
      scripted: Scripted;
      cloister: { invoke: Record<string, (input: object) => Promise<{ value: unknown }>> };
    };
    const { value: status } = await cloister.invoke['app.status']!({});
    scripted.emit('app.changed', { sequence: 90, status });
    scripted.emit('app.changed', { sequence: 91, status });
  });
  const told = page.getByRole('alert').filter({ hasText: 'The files of qwen3:8b changed, so it is out of use.' });
  await expect(told).toHaveCount(1);
  await page.keyboard.press('Control+2');
  await page.getByRole('main').getByRole('button', { name: 'Open the passport' }).first().press('Enter');
  await expect(page.getByRole('dialog', { name: 'Passport of qwen3:8b' })).toContainText('in quarantine');
  await context.close();
});

test('in a narrow window the facts of a model open below its row', async () => {
  const { page, context, troubles } = await open({}, 600);
  await expect(page.getByRole('region', { name: 'About qwen3:8b' })).toHaveCount(0);
  await choose(page, 'qwen3:8b');
  await expect(page.getByRole('region', { name: 'About qwen3:8b' })).toContainText('Ollama library, on your list');
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  expect(wide).toBe(false);
  expect(troubles).toEqual([]);
  await context.close();
});

test('the first steps propose a model where there is none', async () => {
  const { page, context } = await openPage(browser, { guideSeen: false, documents: 'samples', chatModels: 0 });
  await page.getByRole('button', { name: 'Continue' }).press('Enter');
  await page.getByRole('button', { name: 'Get llama3.2:3b' }).press('Enter');
  await expect(page.getByRole('list').getByText('Installed')).toBeVisible({ timeout: 15_000 });
  await context.close();
});
