import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goodToken, openGateway, type OpenGateway } from '../../fixtures/gateway.ts';
import { sayRaw, statusOf } from '../../fixtures/raw-http.ts';

let door: OpenGateway;
beforeAll(async () => {
  door = await openGateway();
});
afterAll(() => door.gateway.stop());

const request = (lines: readonly string[], first = 'GET /api/tags HTTP/1.1'): string =>
  [first, ...lines, `Authorization: Bearer ${goodToken}`, 'Connection: close', '', ''].join('\r\n');

const status = async (lines: readonly string[], first?: string): Promise<number> =>
  statusOf(await sayRaw(door.port, request(lines, first)));

describe('the name it is called by', () => {
  it('is the address it listens on', async () => {
    expect(await status([`Host: 127.0.0.1:${door.port}`])).toBe(200);
    expect(await status([`host:127.0.0.1:${door.port}  `])).toBe(200);
  });

  it.each([
    'localhost:PORT',
    'LOCALHOST:PORT',
    'localhost',
    'localhost.:PORT',
    '127.0.0.1',
    '127.0.0.1:80',
    '127.0.0.1:0PORT',
    '127.0.0.1.:PORT',
    '127.0.0.1:PORT.',
    '127.0.0.1:PORT:PORT',
    '127.0.0.1:PORT,evil.test',
    '127.0.0.1:PORT evil.test',
    'user@127.0.0.1:PORT',
    'http://127.0.0.1:PORT',
    '127.0.0.1:PORT/',
    '127.0.0.1:PORT#',
    '127.1:PORT',
    '127.0.1:PORT',
    '127.000.000.001:PORT',
    '0127.0.0.1:PORT',
    '0x7f.1:PORT',
    '0x7f000001:PORT',
    '2130706433:PORT',
    '017700000001:PORT',
    '0.0.0.0:PORT',
    '0:PORT',
    '[::1]:PORT',
    '[::]:PORT',
    '[::ffff:127.0.0.1]:PORT',
    '127.0.0.2:PORT',
    'evil.test:PORT',
    'evil.test',
    'localhost.evil.test:PORT',
    '127.0.0.1.evil.test:PORT',
    '127.0.0.1.nip.io:PORT',
    '１２７.0.0.1:PORT',
    '127。0。0。1:PORT',
    'app.invalid',
    '*',
    '',
  ])('is not “%s”', async (host) => {
    const before = door.asked.length;
    const said = await status([`Host: ${Buffer.from(host.replaceAll('PORT', String(door.port))).toString('latin1')}`]);
    expect([400, 403]).toContain(said);
    expect(door.asked.length).toBe(before);
  });

  it('is said once', async () => {
    const host = `Host: 127.0.0.1:${door.port}`;
    expect([400, 403]).toContain(await status([host, 'Host: evil.test']));
    expect([400, 403]).toContain(await status([host, host]));
    expect([400, 403]).toContain(await status([]));
    expect([400, 403, 505]).toContain(await status([host], 'GET /api/tags HTTP/1.0'));
    expect([400, 403]).toContain(await status([host], `GET http://evil.test/api/tags HTTP/1.1`));
    expect([400, 403]).toContain(await status([host], `GET http://127.0.0.1:${door.port}/api/tags HTTP/1.1`));
  });
});

describe('a page', () => {
  it.each([
    'null',
    'file://',
    'http://evil.test',
    'https://evil.test',
    'http://localhost',
    'http://127.0.0.1:PORT',
    'http://localhost:PORT',
    'https://app.invalid',
    'app://.',
    'chrome-extension://abcdefghijklmnop',
    'moz-extension://1',
    'vscode-webview://1',
    'HTTP://EVIL.TEST',
    '',
  ])('of origin “%s” is turned away', async (origin) => {
    const lines = [`Host: 127.0.0.1:${door.port}`, `Origin: ${origin.replace('PORT', String(door.port))}`];
    expect(await status(lines)).toBe(403);
    const preflight = await sayRaw(
      door.port,
      request([...lines, 'Access-Control-Request-Method: POST'], 'OPTIONS /api/chat HTTP/1.1'),
    );
    expect(statusOf(preflight)).toBe(403);
    expect(preflight.toLowerCase()).not.toContain('access-control-');
  });

  it('that policy names may ask, under exactly that origin', async () => {
    const named = await openGateway(undefined, { origins: ['https://notes.example'] });
    const say = async (origin: string): Promise<number> =>
      statusOf(await sayRaw(named.port, request([`Host: 127.0.0.1:${named.port}`, `Origin: ${origin}`])));
    expect(await say('https://notes.example')).toBe(200);
    expect(await say('https://notes.example.evil.test')).toBe(403);
    expect(await say('http://notes.example')).toBe(403);
    expect(await say('https://notes.example:8443')).toBe(403);
    await named.gateway.stop();
  });
});

describe('the token', () => {
  const host = (): string => `Host: 127.0.0.1:${door.port}`;
  it.each([
    [],
    ['Authorization: '],
    ['Authorization: Bearer'],
    ['Authorization: Bearer '],
    ['Authorization: Basic Z29vZC50b2tlbi5zaWduYXR1cmU='],
    ['Authorization: good.token.signature'],
    ['Authorization: Bearer good.token.signature extra'],
    ['Authorization: Bearer "good.token.signature"'],
    ['Authorization: Bearer good.token.signature, Bearer other'],
    ['Cookie: token=good.token.signature'],
    ['X-Api-Key: good.token.signature'],
    ['Proxy-Authorization: Bearer good.token.signature'],
  ])('is asked for: %j', async (...lines) => {
    const answer = await sayRaw(door.port, ['GET /api/tags HTTP/1.1', host(), ...lines, '', ''].join('\r\n'));
    expect(statusOf(answer)).toBe(401);
    expect(answer).toContain('WWW-Authenticate: Bearer');
  });

  it('is said once, and never in the address', async () => {
    const bearer = `Authorization: Bearer ${goodToken}`;
    const twice = ['GET /api/tags HTTP/1.1', host(), bearer, bearer, '', ''].join('\r\n');
    expect(statusOf(await sayRaw(door.port, twice))).toBe(400);
    const inAddress = [`GET /api/tags?token=${goodToken} HTTP/1.1`, host(), '', ''].join('\r\n');
    expect(statusOf(await sayRaw(door.port, inAddress))).toBe(401);
  });
});
