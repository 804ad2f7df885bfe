import { expect, test } from '@playwright/test';
import type { Browser, Page } from 'playwright';
import type { Scripted } from '../../fakes/page-bridge.ts';
import { citations, message } from '../../fakes/page-data.ts';
import { launch, openPage } from './bench/open.ts';

let browser: Browser;
test.beforeAll(async () => {
  browser = await launch();
});
test.afterAll(() => browser.close());

/** Tokens a second, and for how long. A token is four characters, as English has it. */
const rate = 2000;
const seconds = 3;

const words =
  'the lease may be ended with three months notice at the end of a month if both sides agree in writing '.split(' ');
const sentence = (at: number): string =>
  `${Array.from({ length: 14 }, (_, word) => words[(at * 7 + word) % words.length]).join(' ')}. `;
const sentences = (from: number, many: number): string =>
  Array.from({ length: many }, (_, at) => sentence(from + at)).join('');

const mixed = (size: number): string => {
  let text = '';
  for (let part = 0; text.length < size; part += 1) {
    text += `## Part ${part}\n\n${sentences(part, 5)}**Important** [1] and \`code\`.\n\n`;
    text += `${Array.from({ length: 6 }, (_, at) => `${at + 1}. ${sentence(part + at)}[2]`).join('\n')}\n\n`;
    text += `| a | b |\n| --- | --- |\n${Array.from({ length: 8 }, (_, at) => `| ${sentence(at)} | ${at} |`).join('\n')}\n\n`;
    text += `\`\`\`ts\n${Array.from({ length: 40 }, (_, at) => `const value${at} = compute(${at}, '${words[at % words.length] ?? ''}');`).join('\n')}\n\`\`\`\n\n`;
  }
  return text.slice(0, size);
};

const size = rate * 4 * seconds;
const answers: Readonly<Record<string, string>> = {
  'mixed markdown': mixed(size),
  'one paragraph without an end': sentences(0, Math.ceil(size / 60)).slice(0, size),
  'one word without a space': 'x'.repeat(size),
  'one table':
    `| a | b |\n| --- | --- |\n${Array.from({ length: 800 }, (_, at) => `| ${sentence(at)} | ${at} |`).join('\n')}`.slice(
      0,
      size,
    ),
  'one list': Array.from({ length: 800 }, (_, at) => `- ${sentence(at)}`)
    .join('\n')
    .slice(0, size),
  'one block of code': `\`\`\`\n${mixed(size).replaceAll('`', '')}`,
};

const finished = message({
  id: '',
  role: 'assistant',
  text: '',
  citations,
  tokens: rate * seconds,
  milliseconds: seconds * 1000,
});

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/**
 * The longest piece of work on the page's main thread between two chances to draw, in milliseconds of processor time: a
 * busy machine makes every clock lie, the thread's own clock does not.
 */
function longestTask(trace: string): number {
  const { traceEvents } = JSON.parse(trace) as { traceEvents: readonly TraceEvent[] };
  const main = new Set(
    traceEvents
      .filter((one) => one.name === 'thread_name' && one.args?.name === 'CrRendererMain')
      .map((one) => `${one.pid}:${one.tid}`),
  );
  const tasks = traceEvents.filter((one) => one.name.endsWith('RunTask') && main.has(`${one.pid}:${one.tid}`));
  if (tasks.length === 0) throw new Error('The trace holds no tasks of the page.');
  return Math.max(...tasks.map((one) => (one.tdur ?? one.dur ?? 0) / 1000));
}

/** Plays the answer token by token into the page and gives the intervals between frames meanwhile. */
function play(page: Page, text: string): Promise<number[]> {
  return page.evaluate(
    ([whole, perSecond, kept]) =>
      new Promise<number[]>((resolve) => {
        const { emit, asked } = (globalThis as unknown as { scripted: Scripted }).scripted;
        const base = { ...asked()!, message: null, stage: 'generating' };
        const frames: number[] = [];
        const start = performance.now();
        let last = start;
        let sent = 0;
        let sequence = 1;
        // The end counts too: the message as kept takes the place of what was streamed.
        let left = 20;
        const frame = (now: number) => {
          frames.push(now - last);
          last = now;
          if (sent >= whole.length) left -= 1;
          if (left > 0) requestAnimationFrame(frame);
          else resolve(frames);
        };
        requestAnimationFrame(frame);
        const timer = setInterval(() => {
          const due = Math.min(whole.length, Math.floor(((performance.now() - start) / 1000) * perSecond) * 4);
          // A host hands over what a slow moment held back in pieces, never all at once.
          for (let most = 40; sent < due && most > 0; most -= 1) {
            emit('chats.progress', { ...base, sequence: (sequence += 1), delta: whole.slice(sent, sent + 4) });
            sent += 4;
          }
          if (sent < whole.length) return;
          clearInterval(timer);
          emit('chats.progress', {
            ...base,
            sequence: (sequence += 1),
            stage: 'done',
            delta: '',
            message: { ...kept, id: base.messageId, text: whole },
          });
        }, 4);
      }),
    [text, rate, finished] as const,
  );
}

for (const [name, text] of Object.entries(answers)) {
  test(`${rate} tokens a second hold no frame up over 50 ms: ${name}`, async () => {
    test.setTimeout(120_000);
    const { page, context, troubles } = await openPage(browser, { pace: { every: 1e6, characters: 1 } });
    await page.getByRole('textbox', { name: 'Your question' }).fill('Go on');
    await page.keyboard.press('Enter');
    await page.locator('.stage').waitFor();
    await page.waitForTimeout(300);
    await browser.startTracing(page, {
      categories: ['toplevel', 'disabled-by-default-devtools.timeline', 'devtools.timeline'],
    });
    const frames = await play(page, text);
    const trace = (await browser.stopTracing()).toString();
    const longest = longestTask(trace);
    const sorted = frames.toSorted((a, b) => a - b);
    const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(0);
    console.log(
      `${name}: longest task ${longest.toFixed(1)} ms; ${frames.length} frames, p50 ${at(0.5)}, p99 ${at(0.99)}, most ${at(1)} ms`,
    );
    expect(longest).toBeLessThan(50);
    expect(((await page.locator('.prose').textContent()) ?? '').length).toBeGreaterThan(text.length * 0.7);
    expect(troubles).toEqual([]);
    await context.close();
  });
}
