import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import type { Browser, Page } from 'playwright';
import { launch, openPage } from '../../e2e/page/bench/open.ts';
import { scenes } from '../../e2e/page/bench/scenes.ts';

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Each theme as the page itself would set it: a theme changes colours and nothing else. */
const themes = [
  ['dark', 'dark'],
  ['contrast', 'light'],
  ['contrast', 'dark'],
] as const;

/** Together they show every colour on every ground it stands on. */
const colourful = new Set([
  'talk-viewer',
  'talk-quotes',
  'talk-states',
  'talk-markdown',
  'talk-streaming',
  'talk-refused',
  'talk-mode-menu',
  'viewer-moved',
  'documents',
  'documents-ingesting',
  'models',
  'record-broken',
  'settings',
  'palette',
  'status-connections',
  'guide-passphrase',
  'lock-wrong',
  'vault-damaged',
]);

async function barriers(page: Page, view: string, only?: readonly string[]): Promise<string[]> {
  const builder = new AxeBuilder({ page });
  const { violations } = await (only === undefined ? builder.withTags(rules) : builder.withRules([...only])).analyze();
  // An open popover is marked as a dialog inside; react-aria's own hidden "dismiss" button stands beside it, outside any landmark.
  const popover = (await page.locator('.popover').count()) > 0;
  const counted = violations.filter(({ id }) => !(popover && id === 'region'));
  return counted.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${view}: ${id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`),
  );
}

let browser: Browser;
test.beforeAll(async () => {
  browser = await launch();
});
test.afterAll(() => browser.close());

for (const scene of scenes) {
  test(`${scene.name} has no barrier that axe finds`, async () => {
    const { page, context, troubles } = await openPage(browser, scene.scenario, { ...scene.look, reducedMotion: true });
    page.setDefaultTimeout(15_000);
    await scene.go?.(page);
    await page.waitForTimeout(50);
    const found = await barriers(page, 'light');
    for (const [theme, ground] of colourful.has(scene.name) ? themes : []) {
      await page.evaluate(
        async (shown) => {
          Object.assign(document.documentElement.dataset, shown);
          await Promise.all(document.getAnimations().map((one) => one.finished.catch(() => undefined)));
        },
        { theme, ground },
      );
      await page.waitForTimeout(60);
      found.push(...(await barriers(page, `${theme} on ${ground}`, ['color-contrast'])));
    }
    expect(found).toEqual([]);
    expect(troubles).toEqual([]);
    await context.close();
  });
}

for (const scene of scenes.filter(({ name }) =>
  ['talk-viewer', 'documents', 'models', 'record', 'settings', 'palette'].includes(name),
)) {
  test(`${scene.name} has no barrier in a narrow window`, async () => {
    const { page, context } = await openPage(browser, scene.scenario, { width: 600, reducedMotion: true });
    await scene.go?.(page);
    await page.waitForTimeout(50);
    expect(await barriers(page, 'narrow')).toEqual([]);
    await context.close();
  });
}
