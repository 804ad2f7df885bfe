import type { Page } from 'playwright-core';

/** What has the focus, by its accessible name as far as the page wrote it down, else by its words. */
export const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const node = document.activeElement;
    return node?.getAttribute('aria-label') ?? node?.textContent ?? '';
  });

/** Presses Tab until this has the focus. Fails when it cannot be reached. */
export async function tabTo(page: Page, name: string | RegExp, most = 60): Promise<void> {
  for (let at = 0; at < most; at += 1) {
    await page.keyboard.press('Tab');
    const now = await focused(page);
    if (typeof name === 'string' ? now === name : name.test(now)) return;
  }
  throw new Error(`Tab does not reach ${String(name)}`);
}

/** Whether what has the focus is marked by a ring that can be seen. A hidden input is marked by its label. */
export const hasRing = (page: Page): Promise<boolean> =>
  page.evaluate(() => {
    const marked = (node: Element | null | undefined) => {
      if (node === null || node === undefined) return false;
      const { outlineStyle, outlineWidth } = getComputedStyle(node);
      return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1;
    };
    const node = document.activeElement;
    return marked(node) || marked(node?.closest('[data-focus-visible]'));
  });
