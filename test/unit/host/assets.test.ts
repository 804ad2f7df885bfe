import { describe, expect, it } from 'vitest';
import { resolveAsset } from '../../../electron/host/shared/index.ts';

const entry = (sha256: string): { sha256: string; type: string } => ({ sha256, type: 'text/html' });
const manifest = { 'index.html': entry('a'), 'assets/app.js': entry('b'), 'a b.css': entry('c'), 'öl.css': entry('d') };
const answer = (url: string, method = 'GET', origin = 'cloister://app'): unknown => {
  const asset = resolveAsset({ url, method, origin }, manifest);
  return asset.status === 200 ? asset.path : asset.status;
};

describe('resolveAsset', () => {
  it.each([
    ['cloister://app/', 'index.html'],
    ['cloister://app/index.html', 'index.html'],
    ['cloister://app/assets/app.js', 'assets/app.js'],
    ['cloister://app/assets/app.js?v=1', 'assets/app.js'],
    ['cloister://app/?x#y', 'index.html'],
    ['cloister://app/#/chat', 'index.html'],
    ['cloister://app/a%20b.css', 'a b.css'],
    ['cloister://app/%C3%B6l.css', 'öl.css'],
  ])('serves %s as %s', (url, path) => expect(answer(url)).toBe(path));

  it.each([
    ['another scheme', 'https://app/index.html', 404],
    ['another host', 'cloister://other/index.html', 404],
    ['a longer host', 'cloister://app.evil/index.html', 404],
    ['a user name', 'cloister://app@evil/index.html', 404],
    ['a port', 'cloister://app:80/index.html', 404],
    ['no path', 'cloister://app', 404],
    ['an empty host', 'cloister:///index.html', 404],
    ['an unknown file', 'cloister://app/secret.txt', 404],
    ['a folder', 'cloister://app/assets/', 404],
    ['a route of the page', 'cloister://app/chat', 404],
    ['another case', 'cloister://app/INDEX.HTML', 404],
    ['a parent', 'cloister://app/../index.html', 400],
    ['a parent inside', 'cloister://app/assets/../index.html', 400],
    ['an encoded parent', 'cloister://app/%2e%2e/index.html', 400],
    ['an encoded slash', 'cloister://app/assets%2f..%2findex.html', 400],
    ['a twice encoded parent', 'cloister://app/%252e%252e/index.html', 404],
    ['an absolute path', 'cloister://app//etc/passwd', 400],
    ['an encoded absolute path', 'cloister://app/%2fetc/passwd', 400],
    ['a backslash', 'cloister://app/assets\\app.js', 400],
    ['an encoded backslash', 'cloister://app/..%5cindex.html', 400],
    ['a null byte', 'cloister://app/index.html%00.js', 400],
    ['broken encoding', 'cloister://app/%E0%A4', 400],
    ['a name of every object', 'cloister://app/constructor', 404],
    ['the prototype', 'cloister://app/__proto__', 404],
  ])('refuses %s', (_name, url, status) => expect(answer(url)).toBe(status));

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'get'])('refuses the method %s', (method) =>
    expect(answer('cloister://app/', method)).toBe(405),
  );
  it('answers HEAD', () => expect(answer('cloister://app/', 'HEAD')).toBe('index.html'));
  it('knows the other host by its own origin', () =>
    expect(answer('https://app.invalid/assets/app.js', 'GET', 'https://app.invalid')).toBe('assets/app.js'));
});
