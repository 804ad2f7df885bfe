import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { GatewayDeps } from '../../../electron/gateway/index.ts';
import { endOf, goodToken, hello, openGateway, type OpenGateway } from '../../fixtures/gateway.ts';
import { sayRaw, statusOf } from '../../fixtures/raw-http.ts';

let door: OpenGateway;
afterEach(() => door.gateway.stop());

const open = async (script = hello, limits: GatewayDeps['limits'] = {}): Promise<void> => {
  door = await openGateway(script, { limits });
};

const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] });
const post = (lines: readonly string[], content: string): string =>
  [
    'POST /api/chat HTTP/1.1',
    `Host: 127.0.0.1:${door.port}`,
    `Authorization: Bearer ${goodToken}`,
    'Content-Type: application/json',
    ...lines,
    '',
    content,
  ].join('\r\n');

describe('a body', () => {
  it('that is too large is refused before it is read, and while it comes', async () => {
    await open(hello, { body: 1000 });
    const told = await sayRaw(door.port, post(['Content-Length: 1001'], ''));
    expect(statusOf(told)).toBe(413);
    const chunked = await sayRaw(door.port, post(['Transfer-Encoding: chunked'], `800\r\n${'x'.repeat(0x800)}\r\n`));
    expect(statusOf(chunked)).toBe(413);
    expect(door.asked).toEqual([]);
  });

  it.each([
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/form-data; boundary=x', 415],
    ['application/json; charset=utf-16', 415],
    ['application/jsonp', 415],
    ['', 415],
    ['application/json; charset=utf-8', 200],
    ['application/json;charset="UTF-8"', 200],
  ])('of type “%s” is status %i', async (type, status) => {
    await open();
    expect((await door.call('/api/chat', body, { 'content-type': type })).status).toBe(status);
  });

  it.each([
    ['nothing', ''],
    ['half of it', '{"model":'],
    ['two of them', '{}{}'],
    ['a comment', '{} // so'],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['a byte order mark alone', '\ufeff'],
    ['an array', '[]'],
    ['nothing at all', 'null'],
    ['a number', '1'],
    ['nesting without an end', '['.repeat(200_000)],
  ])('that is %s is status 422', async (_, content) => {
    await open();
    const length = Buffer.byteLength(content);
    const head = post([`Content-Length: ${length}`], '');
    const answer = await sayRaw(door.port, Buffer.concat([Buffer.from(head), Buffer.from(content)]), 2_000);
    expect(statusOf(answer)).toBe(422);
    expect(door.asked).toEqual([]);
  });

  it('cannot name what belongs to objects', async () => {
    await open();
    const hostile = body.replace('{', '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},');
    expect((await door.call('/api/chat', hostile)).status).toBe(200);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(JSON.stringify(door.asked)).not.toContain('polluted');
  });

  it('that is compressed is refused, however small it looks', async () => {
    await open();
    expect((await door.call('/api/chat', body, { 'content-encoding': 'gzip' })).status).toBe(415);
  });
});

describe('what is hardly HTTP', () => {
  it.each([
    ['two lengths', ['Content-Length: 5', 'Content-Length: 6']],
    ['a length and chunks', ['Content-Length: 5', 'Transfer-Encoding: chunked']],
    ['a length that is no number', ['Content-Length: 5x']],
    ['a negative length', ['Content-Length: -1']],
    ['another coding', ['Transfer-Encoding: gzip, chunked']],
    ['coding spelt with a space', ['Transfer-Encoding : chunked']],
    ['a header that is folded', ['X-A: 1', ' 2']],
    ['a header without a name', [': 1']],
    ['a zero in a header', ['X-A: \0']],
    ['a header of 20 kB', [`X-A: ${'a'.repeat(20_000)}`]],
  ])('%s ends in one refusal', async (_, lines) => {
    await open();
    const answer = await sayRaw(door.port, post(lines, body));
    expect([400, 413, 431, 501]).toContain(statusOf(answer));
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(door.asked).toEqual([]);
  });

  it('other methods, upgrades and expectations reach nothing', async () => {
    await open();
    const host = `Host: 127.0.0.1:${door.port}`;
    const bearer = `Authorization: Bearer ${goodToken}`;
    for (const method of ['PUT', 'DELETE', 'PATCH', 'TRACE', 'HEAD', 'OPTIONS']) {
      const answer = await sayRaw(door.port, [`${method} /api/chat HTTP/1.1`, host, bearer, '', ''].join('\r\n'));
      expect([404, 405], method).toContain(statusOf(answer));
    }
    const upgrade = [
      'GET /api/chat HTTP/1.1',
      host,
      bearer,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
      '',
      '',
    ];
    expect(await sayRaw(door.port, upgrade.join('\r\n'))).not.toContain('101 ');
    const connecting = await sayRaw(door.port, ['CONNECT evil.test:443 HTTP/1.1', host, bearer, '', ''].join('\r\n'));
    expect(connecting).not.toContain(' 200 ');
    const unknown = ['POST /api/chat HTTP/1.1', host, bearer, 'Expect: the unexpected', 'Content-Length: 0', '', ''];
    expect(statusOf(await sayRaw(door.port, unknown.join('\r\n')))).toBe(417);
    expect(door.asked).toEqual([]);
  });

  it('nobody is told to go on who has no token', async () => {
    await open();
    const lines = [
      'POST /api/chat HTTP/1.1',
      `Host: 127.0.0.1:${door.port}`,
      'Content-Type: application/json',
      'Expect: 100-continue',
      'Content-Length: 100',
      '',
      '',
    ];
    const answer = await sayRaw(door.port, lines.join('\r\n'));
    expect(statusOf(answer)).toBe(401);
    const known = await sayRaw(door.port, post(['Expect: 100-continue', `Content-Length: ${body.length}`], body));
    expect(known).toContain('100 Continue');
    expect(known).toContain('200 OK');
  });

  it.each([
    '/api/pull',
    '/api/push',
    '/api/create',
    '/api/copy',
    '/api/delete',
    '/api/show',
    '/api/blobs/sha256:00',
    '/v1/responses',
    '/v1/completions',
    '/',
    '/api/chat/',
    '/API/CHAT',
    '/api/../api/chat',
    '//api/chat',
    '/api/chat%00',
    '/%61pi/chat',
  ])('%s is not offered', async (path) => {
    await open();
    const answer = await sayRaw(door.port, post([`Content-Length: ${body.length}`], body).replace('/api/chat', path));
    expect(statusOf(answer)).toBe(404);
    expect(door.asked).toEqual([]);
  });
});

describe('connections', () => {
  it('that send nothing, or the rest of a request never, are ended', async () => {
    await open(hello, { request: 600 });
    const began = performance.now();
    const [silent, half, slow] = await Promise.all([
      sayRaw(door.port, '', 10_000),
      sayRaw(door.port, 'GET /healthz HTTP/1.1\r\nHost: ', 10_000),
      sayRaw(door.port, post(['Content-Length: 100'], '{"mod'), 10_000),
    ]);
    expect(performance.now() - began).toBeLessThan(9_000);
    expect([silent, half, slow].map(statusOf)).toEqual([expect.any(Number), 408, 408]);
  });

  it('half closed still get their answer', async () => {
    await open();
    const answer = await new Promise<string>((resolve) => {
      let heard = '';
      const socket = connect({ port: door.port, host: '127.0.0.1', allowHalfOpen: true }, () =>
        socket.end(post([`Content-Length: ${body.length}`], body)),
      );
      socket.on('data', (chunk) => (heard += chunk.toString())).on('close', () => resolve(heard));
    });
    expect(statusOf(answer)).toBe(200);
    expect(answer).toContain('"done":true');
  });

  it('that pipeline get their answers in order', async () => {
    await open();
    const one = post([`Content-Length: ${body.length}`], body);
    const answer = await sayRaw(door.port, `${one}${one}${one}`);
    expect(answer.match(/HTTP\/1\.1 200/g)).toHaveLength(3);
    expect(door.asked).toHaveLength(3);
  });

  it('who leaves ends the answer; who comes back is served', async () => {
    let ended = false;
    await open(async function* (_request, signal) {
      yield { type: 'delta', text: 'Hel' };
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      ended = true;
    });
    const leaving = new AbortController();
    const answer = await fetch(`${door.url}/api/chat`, {
      method: 'POST',
      headers: { authorization: `Bearer ${goodToken}`, 'content-type': 'application/json' },
      body,
      signal: leaving.signal,
    });
    await answer.body!.getReader().read();
    leaving.abort();
    await expect.poll(() => ended).toBe(true);
    expect((await fetch(`${door.url}/healthz`)).status).toBe(200);
  });

  it('a reader that takes nothing stops the writing, keeps no memory, and is let go in the end', async () => {
    let written = 0;
    let stopped = false;
    const piece = 'x'.repeat(16 * 1024);
    await open(
      async function* () {
        try {
          for (; written < 20_000; written += 1) yield { type: 'delta', text: piece };
          yield endOf();
        } finally {
          stopped = true;
        }
      },
      { reader: 1_000 },
    );
    const socket = connect(door.port, '127.0.0.1');
    socket.pause();
    socket.on('error', () => undefined);
    socket.write(post([`Content-Length: ${body.length}`], body));
    await wait(600);
    const sofar = written;
    await wait(200);
    // What the system's buffers of both ends hold, and no more.
    expect(written).toBe(sofar);
    expect(written).toBeLessThan(1_000);
    await expect.poll(() => stopped, { timeout: 5_000 }).toBe(true);
    socket.destroy();
  });

  it('are all ended when the door shuts, and the next one opens at the same place', async () => {
    let ended = 0;
    await open(async function* (_request, signal) {
      yield { type: 'delta', text: 'Hel' };
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      ended += 1;
    });
    const idle = connect(door.port, '127.0.0.1');
    idle.on('error', () => undefined);
    const answers = await Promise.all([door.call('/api/chat', body), door.call('/api/chat', body)]);
    await door.gateway.stop();
    expect(ended).toBe(2);
    await Promise.all(answers.map((answer) => answer.text().catch(() => '')));
    await door.gateway.start(door.port);
    expect((await fetch(`${door.url}/healthz`)).status).toBe(200);
    idle.destroy();
  });
});
