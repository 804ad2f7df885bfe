/**
 * Pictures of every page and state, for looking at: `node test/e2e/page/bench/shots.ts FOLDER [scene…]`. Each in light,
 * dark and high contrast, and at three widths where the layout changes.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { launch, openPage, type Look } from './open.ts';
import { scenes, type Scene } from './scenes.ts';

const [folder = 'test-results/shots', ...wanted] = process.argv.slice(2);

interface View {
  readonly name: string;
  readonly look: Look;
  readonly theme?: 'light' | 'dark' | 'contrast';
}

const views: readonly View[] = [
  { name: 'light', look: {} },
  { name: 'dark', look: { scheme: 'dark' } },
  { name: 'contrast', look: {}, theme: 'contrast' },
  { name: '820', look: { width: 820 } },
  { name: '600', look: { width: 600 } },
];

async function shoot(browser: Awaited<ReturnType<typeof launch>>, scene: Scene, view: View): Promise<void> {
  const scenario =
    scene.scenario === null ? null : { ...scene.scenario, ...(view.theme === undefined ? {} : { theme: view.theme }) };
  const opened = await openPage(browser, scenario, { ...scene.look, ...view.look });
  try {
    opened.page.setDefaultTimeout(6000);
    await scene.go?.(opened.page);
    await opened.page.waitForTimeout(350);
  } catch (thrown) {
    opened.troubles.push(String(thrown).split('\n')[0] ?? '');
  }
  await opened.page.screenshot({ path: join(folder, `${scene.name}--${view.name}.png`) });
  await opened.context.close();
  if (opened.troubles.length > 0) console.log(`${scene.name} ${view.name}: ${opened.troubles.join(' | ')}`);
}

await mkdir(folder, { recursive: true });
const browser = await launch();
const only = new Set(process.env['VIEWS']?.split(',') ?? views.map((view) => view.name));
for (const scene of scenes.filter((one) => wanted.length === 0 || wanted.includes(one.name))) {
  for (const view of views.filter((one) => only.has(one.name))) await shoot(browser, scene, view);
}
await browser.close();
