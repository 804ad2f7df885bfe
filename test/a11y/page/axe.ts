import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type axeCore from 'axe-core';
import type { Page } from 'playwright';

const source = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Every rule of the standards, or those of colour alone: a theme changes colours and nothing else. */
export type Look = 'everything' | 'colours';

const rules: Readonly<Record<Look, axeCore.RunOptions['runOnly']>> = {
  everything: { type: 'tag', values: standards },
  colours: { type: 'rule', values: ['color-contrast'] },
};

/** Puts axe into the page, once; the page's policy allows it nothing that it would not allow without. */
export async function bringAxe(page: Page): Promise<void> {
  await page.evaluate(await source);
}

/**
 * What axe finds, one line a place. It is asked inside the page for breaches alone: writing down all that is in order, and
 * carrying it out of the page, takes eight times as long as looking.
 */
export async function barriers(page: Page, view: string, look: Look): Promise<string[]> {
  const found = await page.evaluate(async (runOnly) => {
    const { axe } = globalThis as unknown as { axe: typeof axeCore };
    // react-aria's announcer speaks for a moment of a button that may be gone by then.
    const context = { include: [['html']], exclude: [['[data-live-announcer]']] };
    const { violations } = await axe.run(context, { ...(runOnly && { runOnly }), resultTypes: ['violations'] });
    // An open popover is marked as a dialog inside; react-aria's own hidden "dismiss" button stands beside it, outside any landmark.
    const popover = document.querySelector('.popover') !== null;
    return violations
      .filter(({ id }) => !(popover && id === 'region'))
      .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`));
  }, rules[look]);
  return found.map((line) => `${view}: ${line}`);
}
