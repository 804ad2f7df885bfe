import { mkdtemp, readdir, readFile, readlink, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventListener } from '../../../electron/app/event-hub.ts';
import { openInChromium, type ChromiumWindow } from '../../../electron/host/chromium/index.ts';
import { securityHeaders } from '../../../electron/host/shared/index.ts';
import { eventNames, methodNames } from '../../../shared/contract/names.ts';
import { ok, type Result } from '../../../shared/result.ts';
import { writeSmallPage } from '../../host/small-page.ts';

const resources = join(import.meta.dirname, '../../../resources');
const html = `<!doctype html><title>canary-title</title><h1>canary-body</h1><textarea id="t"></textarea>
<a id="away" href="https://example.com/">away</a><a id="below" href="/other">below</a><a id="new" href="https://example.com/" target="_blank">new</a>
<a id="save" href="./index.html" download="x.html">save</a><script src="./page.js"></script>`;

interface Call {
  method: string;
  input: unknown;
}

let folder = '';
let window: ChromiumWindow;
const calls: Call[] = [];
let tell: (event: string, payload: unknown) => void = () => undefined;

const application = {
  dispatch: async (method: string, input: unknown): Promise<Result<unknown>> => {
    calls.push({ method, input });
    return ok(input);
  },
  onEvent: (listener: EventListener) => {
    tell = listener as typeof tell;
    return (): void => {
      tell = () => undefined;
    };
  },
};

async function open(name: string, seal = true): Promise<ChromiumWindow> {
  const built = await writeSmallPage(folder, { 'index.html': html, 'page.js': 'window.loaded = true;' });
  return openInChromium({
    application,
    entries: { ...built, resources },
    profile: join(folder, name),
    headless: true,
    seal,
  });
}

/** Bytes of every file below a folder that hold the text, in UTF-8 or UTF-16. */
async function filesWith(text: string, below: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(below, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const content = await readFile(join(entry.parentPath, entry.name)).catch(() => Buffer.alloc(0));
    if (content.includes(text) || content.includes(Buffer.from(text, 'utf16le'))) found.push(entry.name);
  }
  return found;
}

const listening = async (): Promise<string[]> =>
  (await Promise.all(['tcp', 'tcp6'].map((file) => readFile(`/proc/net/${file}`, 'utf8'))))
    .flatMap((text) => text.split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === '0A')
    .map((fields) => String(fields[9]));

/** A process and everything that it started. */
async function descendants(root: number): Promise<Set<number>> {
  const parents = new Map<number, number>();
  for (const name of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    const text = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    parents.set(Number(name), Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const isBelow = (pid: number): boolean => pid === root || (pid > 1 && parents.has(pid) && isBelow(parents.get(pid)!));
  return new Set([...parents.keys()].filter(isBelow));
}

/** Socket inodes of a process and all its descendants. */
async function socketsBelow(root: number): Promise<Set<string>> {
  const inodes = new Set<string>();
  for (const pid of await descendants(root)) {
    for (const fd of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
      const inode = /^socket:\[(\d+)\]$/.exec(await readlink(`/proc/${pid}/fd/${fd}`).catch(() => ''))?.[1];
      if (inode !== undefined) inodes.add(inode);
    }
  }
  return inodes;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloister-window-'));
  window = await open('profile');
});

afterAll(async () => {
  await window.close();
  await rm(folder, { recursive: true, force: true });
});

/** The same address once more. DevTools' own reload is refused now and then (“Not attached to an active page”), a navigation never. */
const loadAnew = () => window.page.goto(window.page.url());

describe('the page in Chromium', () => {
  it('is served from the build, by itself, under the strict policy', async () => {
    const response = await loadAnew();
    expect(response?.status()).toBe(200);
    expect(await response?.allHeaders()).toMatchObject(securityHeaders());
    expect(await window.page.evaluate('[location.href, isSecureContext, window.loaded]')).toEqual([
      'https://app.invalid/',
      true,
      true,
    ]);
  });

  it('has no feature of the browser to use, and the browser has nothing to complain of', async () => {
    const said: string[] = [];
    window.page.on('console', (message) => said.push(message.text()));
    await loadAnew();
    const allowed = await window.page.evaluate<string[]>('document.featurePolicy.allowedFeatures()');
    expect(allowed.filter((feature) => !feature.startsWith('ch-')).sort()).toEqual(['aria-notify', 'unload']);
    expect(said).toEqual([]);
  });

  it('finds the bridge of the contract and nothing else of ours', async () => {
    const surface = await window.page.evaluate(`({
      invoke: Object.keys(cloister.invoke), keys: Object.keys(cloister), frozen: [cloister, cloister.invoke, cloister.on].every(Object.isFrozen),
      descriptor: Object.getOwnPropertyDescriptor(window, 'cloister').writable,
      extra: Object.getOwnPropertyNames(window).filter((name) => /cloister|playwright/i.test(name) && name !== 'cloister'),
    })`);
    expect(surface).toMatchObject({
      invoke: [...methodNames],
      keys: ['invoke', 'on'],
      frozen: true,
      descriptor: false,
    });
    expect((surface as { extra: string[] }).extra.filter((name) => name.includes('loister'))).toEqual([]);
  });

  it('carries plain data and bytes both ways unchanged', async () => {
    const same = await window.page.evaluate(`(async () => {
      const bytes = new Uint8Array(8 * 1024 * 1024).map((_, index) => index * 31);
      const input = { a: [1, null, 'ü\\u2028', { b: bytes }], empty: {}, none: new Uint8Array(0) };
      const answer = await cloister.invoke['documents.upload'](input);
      const back = answer.value.a[3].b;
      return answer.ok && back instanceof Uint8Array && back.length === bytes.length && back.every((value, index) => value === bytes[index])
        && JSON.stringify({ ...answer.value, a: answer.value.a.slice(0, 3) }) === JSON.stringify({ ...input, a: input.a.slice(0, 3) })
        && answer.value.none.length === 0;
    })()`);
    expect(same).toBe(true);
    expect(calls.at(-1)?.method).toBe('documents.upload');
  });

  it.each([
    'new Map([[1, 2]])',
    'new Date()',
    '() => 1',
    'NaN',
    '(() => { const a = {}; a.a = a; return a; })()',
    '10n',
    'new Float32Array(2)',
    'Symbol()',
  ])('refuses %s before it crosses', async (value) => {
    const before = calls.length;
    const answer = await window.page.evaluate(`cloister.invoke['app.status']({ value: ${value} })`);
    expect(answer).toMatchObject({ ok: false, error: { code: 'bad_request' } });
    expect(calls.length).toBe(before);
  });

  it('brings every event, in order, to its listeners until they leave', async () => {
    await window.page.evaluate(
      `window.heard = []; window.leave = cloister.on('app.changed', (payload) => heard.push(payload.sequence));`,
    );
    for (let sequence = 0; sequence < 500; sequence += 1) tell('app.changed', { sequence });
    await expect.poll(() => window.page.evaluate('heard.length')).toBe(500);
    expect(await window.page.evaluate('heard.every((value, index) => value === index)')).toBe(true);
    await window.page.evaluate('leave()');
    tell('app.changed', { sequence: -1 });
    await window.page.evaluate('new Promise((done) => setTimeout(done, 100))');
    expect(await window.page.evaluate('heard.length')).toBe(500);
    expect(eventNames).toContain('app.changed');
  });

  it('loads nothing remote, opens nothing, goes nowhere, keeps nothing', async () => {
    const { page } = window;
    const tried = await page.evaluate(`(async () => {
      const load = (tag, address) => new Promise((done) => { const part = document.createElement(tag); part.onload = () => done(tag === 'iframe' && part.contentDocument === null ? 'refused' : 'loaded'); part.onerror = () => done('refused'); try { part.src = address; } catch { done('refused'); } document.body.append(part); setTimeout(() => done('refused'), 500); });
      const caught = async (action) => { try { await action(); return 'allowed'; } catch { return 'refused'; } };
      return [
        await caught(() => fetch('https://app.invalid/index.html')),
        await load('img', 'https://example.com/a.png'), await load('script', 'https://example.com/a.js'), await load('iframe', 'https://app.invalid/'),
        await caught(() => { document.body.innerHTML = '<p>'; }), await caught(() => eval('1')),
        await caught(() => navigator.clipboard.readText()), await caught(() => new Worker('/page.js')),
        await caught(() => navigator.mediaDevices.getUserMedia({ audio: true })), (await Notification.requestPermission()) === 'granted' ? 'allowed' : 'refused',
      ];
    })()`);
    expect(tried).toEqual(Array.from({ length: 10 }, () => 'refused'));
    for (const link of ['#away', '#below', '#new', '#save']) await page.locator(link).click({ noWaitAfter: true });
    await page.evaluate(`window.open('https://example.com'); location.href = 'https://example.com/';`);
    await page.waitForTimeout(300);
    expect(page.url()).toBe('https://app.invalid/');
    expect(await page.evaluate('window.loaded && heard.length')).toBe(500);
    expect(page.context().pages()).toHaveLength(1);
  });

  it('comes back when it is led to a blank page, and again after its process crashes', async () => {
    const { page } = window;
    await page.evaluate(`location.href = 'about:blank'`).catch(() => undefined);
    await expect
      .poll(() => page.evaluate('window.loaded === true && location.href').catch(() => ''), { timeout: 10_000 })
      .toBe('https://app.invalid/');
    await page.goto('chrome://crash').catch(() => undefined);
    await expect
      .poll(() => window.page !== page && window.page.evaluate('window.loaded').catch(() => false), { timeout: 15_000 })
      .toBe(true);
  });

  it('runs in a network namespace with nothing but a loopback', async () => {
    const own = await readlink('/proc/self/ns/net');
    const browser = [...(await descendants(process.pid))].filter((pid) => pid !== process.pid);
    const spaces = await Promise.all(browser.map((pid) => readlink(`/proc/${pid}/ns/net`).catch(() => '')));
    expect(new Set(spaces.filter((space) => space !== '' && space !== own)).size).toBeGreaterThan(0);
    const inside = browser[spaces.findIndex((space) => space !== '' && space !== own)];
    const interfaces = (await readFile(`/proc/${inside}/net/dev`, 'utf8'))
      .split('\n')
      .slice(2)
      .map((line) => line.split(':')[0]?.trim());
    expect(interfaces.filter(Boolean)).toEqual(['lo']);
  });

  it('opens no listening socket', async () => {
    const ours = await socketsBelow(process.pid);
    expect(ours.size).toBeGreaterThan(3);
    expect((await listening()).filter((inode) => ours.has(inode))).toEqual([]);
  });

  it('leaves no word of the talk in a file, while it runs and after', { timeout: 60_000 }, async () => {
    const kept = await open('kept', false);
    const runtime = join(folder, 'kept', 'runtime');
    expect((await stat(join(runtime, (await readdir(runtime))[0]!))).mode & 0o777).toBe(0o700);
    await kept.page.fill('#t', 'canary-typed words');
    await kept.page.evaluate(
      `history.replaceState({ state: 'canary-state' }, '', '#canary-hash'); sessionStorage.setItem('k', 'canary-stored'); localStorage.setItem('k', 'canary-stored')`,
    );
    // Chromium saves a session every 2.5 s (kSaveDelay in command_storage_manager.cc).
    await kept.page.waitForTimeout(4000);
    expect(await filesWith('canary-', runtime)).toEqual([]);
    await kept.close();
    expect(await readdir(runtime)).toEqual([]);
  });
});

describe('the end of a window', () => {
  it.each([true, false])('settles when the person closes it, and the folder is gone (sealed: %s)', async (seal) => {
    const own = await open(`closed-${seal}`, seal);
    expect(own.network).toBe(seal ? 'namespace' : 'switches');
    await own.page.close();
    await own.closed;
    expect(await readdir(join(folder, `closed-${seal}`, 'runtime'))).toEqual([]);
  });
});
