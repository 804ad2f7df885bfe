import { expect, test } from '@playwright/test';
import type { Browser, Page } from 'playwright';
import { makeLease } from './bench/lease.ts';
import { launch, openPage } from './bench/open.ts';
import type { Scenario } from '../../fakes/page-bridge.ts';

let browser: Browser;
test.beforeAll(async () => {
  browser = await launch();
});
test.afterAll(() => browser.close());

async function cite(
  scenario: Scenario,
  source: RegExp,
): Promise<{ page: Page; close: () => Promise<void>; troubles: string[] }> {
  const { page, context, troubles } = await openPage(browser, scenario);
  await page.getByRole('button', { name: 'Notice periods in the lease', exact: true }).click();
  await page.getByRole('button', { name: source }).first().click();
  return { page, close: () => context.close(), troubles };
}

const drawn = (page: Page) => page.locator('.paper[data-drawn=true]');

/** How much ink there is in a part of the drawn page (fractions of it), from 0 to 1. */
const inkIn = (page: Page, box: { x: number; y: number; width: number; height: number }): Promise<number> =>
  page.locator('.paper canvas').evaluate((canvas: HTMLCanvasElement, part) => {
    const data = canvas
      .getContext('2d')!
      .getImageData(
        part.x * canvas.width,
        part.y * canvas.height,
        part.width * canvas.width,
        part.height * canvas.height,
      ).data;
    let dark = 0;
    for (let at = 0; at < data.length; at += 4) if ((data[at] ?? 255) < 128) dark += 1;
    return dark / (data.length / 4);
  }, box);

test('a citation opens the page of the PDF with the exact words highlighted where they are drawn', async () => {
  const { rectangles } = await makeLease();
  const { page, close, troubles } = await cite({}, /^Source 1: Lease/);
  await expect(drawn(page)).toBeVisible();
  await expect(page.getByText('page 3 of 3', { exact: true })).toBeVisible();
  await expect(page.locator('.highlight')).toHaveCount(rectangles.length);
  const paper = (await page.locator('.paper').boundingBox())!;
  for (const [at, wanted] of rectangles.entries()) {
    const shown = (await page.locator('.highlight').nth(at).boundingBox())!;
    expect(Math.abs((shown.x - paper.x) / paper.width - wanted.x)).toBeLessThan(0.005);
    expect(Math.abs((shown.y - paper.y) / paper.height - wanted.y)).toBeLessThan(0.005);
    // The font is not in the file: without the packaged one nothing would be drawn here.
    expect(await inkIn(page, wanted)).toBeGreaterThan(0.05);
  }
  expect(await inkIn(page, { x: 0, y: 0.8, width: 1, height: 0.2 })).toBe(0);
  // Nothing of the panel stands outside the window, not even with a long name.
  expect((await page.getByRole('button', { name: 'Close the source' }).boundingBox())!.x).toBeLessThan(1360 - 30);
  // The words can be selected: they lie over the picture as text.
  await expect(page.locator('.text-layer')).toContainText('three months’ notice');
  expect(troubles).toEqual([]);
  await close();
});

test('pages turn and grow by keyboard and by button, and the highlight stays on its page', async () => {
  const { page, close } = await cite({}, /^Source 1: Lease/);
  await drawn(page).waitFor();
  await page.keyboard.press('PageUp');
  await expect(page.getByText('page 2 of 3', { exact: true })).toBeVisible();
  await expect(page.locator('.highlight')).toHaveCount(0);
  await page.keyboard.press('PageDown');
  await expect(page.locator('.highlight').first()).toBeVisible();
  await drawn(page).waitFor();
  const before = (await page.locator('.paper').boundingBox())!.width;
  await page.keyboard.press('+');
  await expect.poll(async () => (await page.locator('.paper').boundingBox())!.width).toBeGreaterThan(before * 1.2);
  await page.getByRole('button', { name: 'Show the text' }).click();
  await expect(page.locator('.text-paper mark')).toHaveText(/The tenant may terminate/);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('complementary', { name: 'Source' })).toHaveCount(0);
  await close();
});

test('other formats show the paragraph with the words marked', async () => {
  const { page, close } = await cite({}, /^Source 3: Re: moving/);
  await expect(page.locator('.text-paper mark')).toHaveText(
    'We could agree on two months if you find somebody to take over the flat',
  );
  await close();
});

for (const [place, words] of [
  ['ambiguous', 'more than one place'],
  ['not_in_document', 'do not stand in the document word for word'],
  ['no_boxes', 'no positions for its words'],
] as const) {
  test(`nothing is highlighted when the words cannot be placed (${place}), and it says so`, async () => {
    const { page, close } = await cite({ place }, /^Source 1: Lease/);
    await drawn(page).waitFor();
    await expect(page.getByRole('complementary').getByText(words)).toBeVisible();
    await expect(page.locator('.highlight, .text-paper mark')).toHaveCount(0);
    await close();
  });
}

test('a file that moved is shown as the text that was read, with a notice', async () => {
  const { page, close } = await cite({ notice: 'file_moved' }, /^Source 1: Lease/);
  await expect(page.getByText('The file is no longer where it was.')).toBeVisible();
  await expect(page.locator('.text-paper mark')).toBeVisible();
  await close();
});

test('a PDF that cannot be drawn falls back to its text and says so', async () => {
  const broken = Buffer.from('%PDF-1.7 this is not a document').toString('base64');
  const { page, close } = await cite({ pdf: broken }, /^Source 1: Lease/);
  await expect(page.getByText('The page could not be drawn. This is its text.')).toBeVisible();
  await expect(page.locator('.text-paper mark')).toBeVisible();
  await close();
});
