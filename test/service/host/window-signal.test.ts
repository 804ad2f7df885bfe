import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDisplay, type Display } from '../../security/product/support/display.ts';
import { treeOf } from '../../security/product/support/processes.ts';
import { createTrial, removeTrial, type Trial } from '../../security/product/support/trial.ts';

let display: Display;
let trial: Trial;
beforeEach(async () => {
  display = await openDisplay();
  trial = await createTrial({ environment: { DISPLAY: display.name } });
});
afterEach(async () => {
  await removeTrial(trial);
  await display.end();
});

it('the command that opens the window ends when it is told to while the browser is still starting', async () => {
  const child = trial.startLocked('window');
  const ended = once(child, 'exit');
  const isStarting = async (): Promise<boolean> =>
    (await treeOf(child.pid!)).some(({ executable }) => /chrom/i.test(executable));
  await expect.poll(isStarting, { timeout: 30_000, interval: 5 }).toBe(true);
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
}, 60_000);
