/** The page in a headless Chromium: its first paint, and its frames while an answer streams faster than anyone reads. */
import { join } from 'node:path';
import type { Page } from 'playwright';
import { openInChromium } from '../../electron/host/chromium/index.ts';
import { launch, openPage } from '../e2e/page/bench/open.ts';
import type { Scripted } from '../fakes/page-bridge.ts';
import { message } from '../fakes/page-data.ts';
import { applicationOf, entries, inFolder } from './application.ts';
import { median, quantile } from './quantile.ts';
import { runRow, type Report } from './row.ts';

const openings = 5;
const rate = 2000;
const seconds = 3;
/** Characters of a token, as English has it. */
const tokenLength = 4;

interface Paint {
  /** From the page's first byte of navigation, as the browser itself says. */
  readonly sincePage: number;
  /** From the request to open the window: the browser's own start is in it. */
  readonly sinceAsked: number;
}

/** Waits until the browser has painted something, and says when. */
const firstPaint = (page: Pick<Page, 'evaluate'>): Promise<{ since: number; epoch: number }> =>
  page.evaluate(
    () =>
      new Promise<{ since: number; epoch: number }>((resolve) => {
        const look = (): void => {
          const [entry] = performance.getEntriesByName('first-contentful-paint');
          if (entry === undefined) setTimeout(look, 5);
          else resolve({ since: entry.startTime, epoch: performance.timeOrigin + entry.startTime });
        };
        look();
      }),
  );

const epoch = (): number => performance.timeOrigin + performance.now();

/** The whole window over the whole application, as `npm start` opens it. */
function openWindow(): Promise<Paint> {
  return inFolder(async (folder) => {
    const profile = join(folder, 'p');
    const application = applicationOf(profile, 'chromium');
    await application.start();
    try {
      const asked = epoch();
      const window = await openInChromium({ application, entries, profile, headless: true });
      const painted = await firstPaint(window.page);
      await window.close();
      return { sincePage: painted.since, sinceAsked: painted.epoch - asked };
    } finally {
      await application.stop();
    }
  });
}

const emptyPage = '<!doctype html><title>-</title><p>Nothing but this line.';

/** The same browser with one line of text: what no page can be faster than. */
async function openEmpty(): Promise<Paint> {
  const asked = epoch();
  const browser = await launch();
  const page = await browser.newPage();
  await page.route('**/*', (route) => route.fulfill({ body: emptyPage, contentType: 'text/html' }));
  await page.goto('https://app.invalid/', { waitUntil: 'commit' });
  const painted = await firstPaint(page);
  await browser.close();
  return { sincePage: painted.since, sinceAsked: painted.epoch - asked };
}

async function paint(report: Report): Promise<void> {
  const [ours, direct]: [Paint[], Paint[]] = [[], []];
  for (let opening = 0; opening < openings; opening += 1) {
    ours.push(await openWindow());
    direct.push(await openEmpty());
  }
  const of = (paints: readonly Paint[], what: keyof Paint): number => median(paints.map((one) => one[what]));
  report({
    what: 'First paint after the window opens',
    unit: 'ms',
    ours: of(ours, 'sincePage'),
    direct: { way: 'one line of text', value: of(direct, 'sincePage') },
    target: { bound: 'most', value: 1000, of: 'ours' },
    note: `median of ${openings}, longest ${Math.max(...ours.map((one) => one.sincePage)).toFixed(0)} ms`,
  });
  report({
    what: 'First paint after the command, with the start of the browser',
    unit: 'ms',
    ours: of(ours, 'sinceAsked'),
    direct: { way: 'one line of text', value: of(direct, 'sinceAsked') },
  });
}

const sentence =
  'The lease may be ended with three months notice at the end of a month, if both sides agree in writing [1]. ';
const text = Array.from({ length: 3000 }, (_, at) => (at % 9 === 8 ? `${sentence}\n\n` : sentence))
  .join('')
  .slice(0, rate * seconds * tokenLength);

const finished = message({
  id: '',
  role: 'assistant',
  text: '',
  citations: [],
  tokens: rate * seconds,
  milliseconds: seconds * 1000,
});

/** Tokens at their rate into the page's own answer, or into a bare element; gives the intervals between frames. */
function stream(page: Page, bare: boolean): Promise<number[]> {
  return page.evaluate(
    ([whole, perSecond, length, kept, isBare]) =>
      new Promise<number[]>((resolve) => {
        const scripted = (globalThis as unknown as { scripted?: Scripted }).scripted;
        const base = { ...scripted?.asked(), message: null, stage: 'generating' };
        const place = document.createElement('p');
        if (isBare) document.body.append(place);
        let sequence = 10;
        const give = (delta: string): void => {
          if (isBare) place.append(delta);
          else scripted?.emit('chats.progress', { ...base, sequence: (sequence += 1), delta });
        };
        const frames: number[] = [];
        const started = performance.now();
        let [last, sent, left] = [started, 0, 10];
        const frame = (now: number): void => {
          frames.push(now - last);
          last = now;
          if (sent >= whole.length) left -= 1;
          if (left > 0) requestAnimationFrame(frame);
          else resolve(frames.slice(1));
        };
        requestAnimationFrame(frame);
        const timer = setInterval(() => {
          const due = Math.min(whole.length, Math.floor(((performance.now() - started) / 1000) * perSecond) * length);
          for (; sent < due; sent += length) give(whole.slice(sent, sent + length));
          if (sent < whole.length) return;
          clearInterval(timer);
          if (isBare) return;
          scripted?.emit('chats.progress', {
            ...base,
            sequence: sequence + 1,
            stage: 'done',
            delta: '',
            message: { ...kept, id: scripted.asked()?.messageId ?? '', text: whole },
          });
        }, 4);
      }),
    [text, rate, tokenLength, finished, bare] as const,
  );
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** The longest task of the page's main thread, in milliseconds of its own processor time: a busy machine stretches every clock but this one. */
function longestTask(trace: Buffer): number {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: readonly TraceEvent[] };
  const main = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid}:${tid}`),
  );
  const tasks = traceEvents.filter(({ name, pid, tid }) => name.endsWith('RunTask') && main.has(`${pid}:${tid}`));
  if (tasks.length === 0) throw new Error('The trace holds no task of the page.');
  return Math.max(...tasks.map(({ tdur, dur }) => (tdur ?? dur ?? 0) / 1000));
}

async function frames(report: Report): Promise<void> {
  const browser = await launch();
  try {
    const watch = async (page: Page, bare: boolean): Promise<{ frames: number[]; task: number }> => {
      await browser.startTracing(page, {
        categories: ['toplevel', 'disabled-by-default-devtools.timeline', 'devtools.timeline'],
      });
      const intervals = await stream(page, bare);
      return { frames: intervals, task: longestTask(await browser.stopTracing()) };
    };
    const { page, context } = await openPage(browser, { pace: { every: 1e6, characters: 1 } });
    await page.getByRole('textbox', { name: 'Your question' }).fill('Go on');
    await page.keyboard.press('Enter');
    await page.locator('.stage').waitFor();
    await page.waitForTimeout(500);
    const ours = await watch(page, false);
    const length = ((await page.locator('.prose').textContent()) ?? '').length;
    await context.close();
    if (length < text.length * 0.7) throw new Error('The page does not show what was streamed.');
    const empty = await browser.newPage();
    await empty.setContent(emptyPage);
    const direct = await watch(empty, true);
    const way = 'text appended to an empty page';
    const p99 = (one: readonly number[]): string => quantile(one, 0.99).toFixed(0);
    report({
      what: `Longest frame at ${rate} tokens/s for ${seconds} s`,
      unit: 'ms',
      ours: Math.max(...ours.frames),
      direct: { way, value: Math.max(...direct.frames) },
      target: { bound: 'most', value: 50, of: 'ours' },
      note: `by the clock, other programs' time included; p50 ${quantile(ours.frames, 0.5).toFixed(0)}, p99 ${p99(ours.frames)} ms (empty page: p99 ${p99(direct.frames)} ms)`,
    });
    report({
      what: 'Longest task of the page meanwhile, its own processor time',
      unit: 'ms',
      ours: ours.task,
      direct: { way, value: direct.task },
      target: { bound: 'most', value: 50, of: 'ours' },
    });
  } finally {
    await browser.close();
  }
}

await runRow({ 'First paint': paint, Frames: frames });
