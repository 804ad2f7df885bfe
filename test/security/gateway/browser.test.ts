import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findBrowser } from '../../../electron/host/chromium/browsers.ts';
import { goodToken, openGateway, type OpenGateway } from '../../fixtures/gateway.ts';

/** A page that means harm, in a real Chromium, and that even knows a token. */
let browser: Browser;
let door: OpenGateway;
let pages: Server;
let evil: string;
let folder: string;

const page = '<!doctype html><title>Harmless</title><body>';

beforeAll(async () => {
  door = await openGateway();
  pages = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(page);
  }).listen(0, '127.0.0.1');
  await once(pages, 'listening');
  evil = `http://evil.test:${(pages.address() as AddressInfo).port}`;
  folder = mkdtempSync(join(tmpdir(), 'cloister-evil-'));
  writeFileSync(join(folder, 'evil.html'), page);
  browser = await chromium.launch({
    executablePath: await findBrowser({ platform: process.platform, home: homedir(), env: process.env }),
    args: [
      // The name of the rebinding attack: it leads to this computer.
      '--host-resolver-rules=MAP evil.test 127.0.0.1',
      '--no-sandbox',
      // Chromium's own wall between pages and this computer is not what is tested here.
      '--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests',
      '--disable-background-networking',
    ],
  });
});
afterAll(async () => {
  await browser.close();
  pages.close();
  await door.gateway.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  door.asked.length = 0;
});

/** Everything that a page can send with; answers with whatever of it could be read. */
async function attack(at: string): Promise<string[]> {
  const context = await browser.newContext();
  const tab = await context.newPage();
  await tab.goto(at);
  const told = await tab.evaluate(tryEverything, { target: door.url, port: door.port, token: goodToken });
  await context.close();
  return told;
}

/** Runs in the page. */
async function tryEverything(given: { target: string; port: number; token: string }): Promise<string[]> {
  const { target, port, token } = given;
  const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] });
  const json = { 'content-type': 'application/json' };
  const bearer = { authorization: `Bearer ${token}` };
  const rebound = `http://evil.test:${port}`;
  const read: string[] = [];
  const ask = async (url: string, init: RequestInit): Promise<void> => {
    try {
      const answer = await fetch(url, init);
      const text = await answer.text();
      if (answer.ok && text !== '') read.push(`${url}: ${text}`);
    } catch {
      // Refused by the browser or by the door.
    }
  };
  for (const url of [target, rebound, `http://localhost:${port}`, `http://0.0.0.0:${port}`, `http://[::1]:${port}`]) {
    await ask(`${url}/api/tags`, { headers: bearer });
    await ask(`${url}/api/tags`, { mode: 'no-cors' });
    await ask(`${url}/api/chat`, { method: 'POST', body, headers: { ...json, ...bearer } });
    await ask(`${url}/api/chat`, { method: 'POST', body, headers: bearer, mode: 'no-cors' });
    await ask(`${url}/api/chat`, { method: 'POST', body: new Blob([body], { type: 'text/plain' }), mode: 'no-cors' });
    await ask(`${url}/api/chat`, { method: 'POST', body, headers: json, credentials: 'include' });
    navigator.sendBeacon(`${url}/api/chat`, new Blob([body], { type: 'text/plain' }));
    await new Promise<void>((resolve) => {
      const socket = new WebSocket(`${url.replace('http', 'ws')}/api/chat`);
      socket.onopen = () => read.push(`${url}: a socket`);
      socket.onclose = () => resolve();
    });
    await new Promise<void>((resolve) => {
      const source = new EventSource(`${url}/api/tags`);
      source.onmessage = ({ data }) => read.push(`${url}: ${String(data)}`);
      source.onerror = () => {
        source.close();
        resolve();
      };
    });
    for (const tag of ['img', 'script', 'iframe'] as const) {
      const element = document.createElement(tag);
      element.src = `${url}/api/tags`;
      document.body.append(element);
    }
    for (const enctype of ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain']) {
      const frame = Object.assign(document.createElement('iframe'), { name: `f${Math.random()}` });
      const form = Object.assign(document.createElement('form'), {
        method: 'POST',
        action: `${url}/api/chat`,
        enctype,
        target: frame.name,
      });
      form.append(Object.assign(document.createElement('input'), { name: body, value: '' }));
      document.body.append(frame, form);
      form.submit();
    }
  }
  await new Promise((resolve) => setTimeout(resolve, 300));
  return read;
}

describe('a hostile page in a browser', () => {
  it('whose origin policy names can ask and read: what the others are refused would have worked', async () => {
    const named = await openGateway(undefined, { origins: [evil] });
    const context = await browser.newContext();
    const tab = await context.newPage();
    await tab.goto(evil);
    const told = await tab.evaluate(tryEverything, { target: named.url, port: named.port, token: goodToken });
    expect(told.join('\n')).toContain('"name":"m:latest"');
    expect(told.join('\n')).toContain('"content":"Hello"');
    expect(named.asked).toHaveLength(1);
    await context.close();
    await named.gateway.stop();
  });

  it.each([
    ['of a site', (): string => evil],
    ['from a file', (): string => `file://${join(folder, 'evil.html')}`],
    ['in a sandboxed frame (opaque origin)', (): string => 'data:text/html,<title>x</title><body>'],
  ] as const)('%s reads nothing and reaches nothing, even with a token', async (_, at) => {
    expect(await attack(at())).toEqual([]);
    expect(door.asked).toEqual([]);
  });

  it('that was served under the door’s own port (DNS rebinding) is turned away by its Host', async () => {
    const context = await browser.newContext();
    const tab = await context.newPage();
    const answer = await tab.goto(`http://evil.test:${door.port}/healthz`);
    expect(answer?.status()).toBe(403);
    expect(await tab.evaluate(tryEverything, { target: door.url, port: door.port, token: goodToken })).toEqual([]);
    expect(door.asked).toEqual([]);
    await context.close();
  });
});
