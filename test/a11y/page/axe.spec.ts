import { expect, test } from '@playwright/test';
import type { Browser, Page } from 'playwright';
import { launch, openPage, type Look } from '../../e2e/page/bench/open.ts';
import { scenes, type Scene } from '../../e2e/page/bench/scenes.ts';
import { barriers, bringAxe } from './axe.ts';

/** The other themes, as the page itself would set them. */
const themes = [
  ['dark', 'dark'],
  ['contrast', 'light'],
  ['contrast', 'dark'],
] as const;

let browser: Browser;
test.beforeAll(async () => {
  browser = await launch();
});
test.afterAll(() => browser.close());

async function open(scene: Scene, look: Look = {}) {
  const opened = await openPage(browser, scene.scenario, { ...scene.look, ...look, reducedMotion: true });
  opened.page.setDefaultTimeout(15_000);
  await scene.go?.(opened.page);
  await settled(opened.page);
  await bringAxe(opened.page);
  return opened;
}

/** Two frames for what came last, and the end of every movement. */
const settled = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    await frame();
    await frame();
    // Skeletons and pulses move for ever.
    const ending = document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity);
    await Promise.all(ending.map((one) => one.finished.catch(() => undefined)));
  });

async function show(page: Page, theme: string, ground: string): Promise<void> {
  await page.evaluate((shown) => Object.assign(document.documentElement.dataset, shown), { theme, ground });
  await settled(page);
}

for (const scene of scenes) {
  test(`${scene.name} has no barrier that axe finds, in any theme`, async () => {
    const { page, context, troubles } = await open(scene);
    const found = await barriers(page, 'light', 'everything');
    for (const [theme, ground] of themes) {
      await show(page, theme, ground);
      found.push(...(await barriers(page, `${theme} on ${ground}`, 'colours')));
    }
    expect(found).toEqual([]);
    expect(troubles).toEqual([]);
    await context.close();
  });
}

const narrow = new Set(['talk-viewer', 'documents', 'models', 'record', 'settings', 'palette', 'guide-passphrase']);

for (const scene of scenes.filter(({ name }) => narrow.has(name))) {
  test(`${scene.name} has no barrier in a narrow window`, async () => {
    const { page, context } = await open(scene, { width: 600 });
    expect(await barriers(page, 'narrow', 'everything')).toEqual([]);
    await context.close();
  });
}

test('axe finds a barrier where there is one, in the theme where it is', async () => {
  const { page, context } = await open({ name: 'settings', scenario: {} });
  await page.evaluate(() => {
    const button = document.createElement('button');
    const words = document.createElement('p');
    words.textContent = 'Ink on paper';
    words.style.color = '#1d211f';
    document.querySelector('main')?.append(button, words);
  });
  expect((await barriers(page, 'light', 'everything')).join('\n')).toMatch(/button-name/);
  expect(await barriers(page, 'light', 'colours')).toEqual([]);
  await show(page, 'dark', 'dark');
  expect(await barriers(page, 'dark', 'colours')).toHaveLength(1);
  await context.close();
});
