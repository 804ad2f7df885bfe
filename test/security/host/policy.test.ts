import { describe, expect, it } from 'vitest';
import {
  decideNavigation,
  decidePermission,
  isTrustedSender,
  securityHeaders,
} from '../../../electron/host/shared/index.ts';

describe('the headers of the page', () => {
  const headers = securityHeaders();

  it('hold exactly this content security policy', () => {
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; connect-src 'none'; worker-src 'none'; " +
        "object-src 'none'; base-uri 'none'; form-action 'none'; frame-src 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    );
  });

  it('allow no inline code, no evaluation, no remote host', () => {
    expect(headers['content-security-policy']).not.toMatch(/unsafe|https?:|\*|data:|wasm/);
  });

  it('deny every feature, and isolate the page', () => {
    const features = (headers['permissions-policy'] ?? '').split(', ');
    expect(features.length).toBeGreaterThan(40);
    expect(features.every((feature) => feature.endsWith('=()'))).toBe(true);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
  });
});

describe.each(['cloister://app', 'https://app.invalid'])('navigation on %s', (origin) => {
  it.each(['/', '/#', '/#/chats/1'])('stays on the page: %s', (path) =>
    expect(decideNavigation(origin + path, origin)).toBe('allow'),
  );
  it.each([
    'https://example.com/',
    `https://example.com/?next=${origin}/`,
    `${origin}.evil/`,
    `${origin}@evil/`,
    origin,
    `${origin}/index.html`,
    `${origin}/?x`,
    `${origin}//evil/`,
    `blob:${origin}/0b0e`,
    'about:blank',
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    '',
    ` ${origin}/`,
  ])('goes nowhere else: %s', (to) => expect(decideNavigation(to, origin)).toBe('deny'));
});

it.each([
  'media',
  'geolocation',
  'notifications',
  'clipboard-read',
  'clipboard-sanitized-write',
  'openExternal',
  'fullscreen',
  'usb',
  'anything',
])('no permission: %s', (name) => expect(decidePermission(name)).toBe(false));

describe('the sender of a call', () => {
  const origin = 'cloister://app';
  const trusted = { isOwnWindow: true, frame: { isMain: true, origin } };

  it('is the main frame of our window on our origin', () => expect(isTrustedSender(trusted, origin)).toBe(true));
  it.each([
    ['a frame that is gone', { ...trusted, frame: null }],
    ['a frame inside', { ...trusted, frame: { isMain: false, origin } }],
    ['another window', { ...trusted, isOwnWindow: false }],
    ['another origin', { ...trusted, frame: { isMain: true, origin: 'https://example.com' } }],
    ['an origin that begins alike', { ...trusted, frame: { isMain: true, origin: `${origin}.evil` } }],
    ['a blank page', { ...trusted, frame: { isMain: true, origin: 'null' } }],
    ['no origin', { ...trusted, frame: { isMain: true, origin: '' } }],
  ])('is not %s', (_name, sender) => expect(isTrustedSender(sender, origin)).toBe(false));
});
