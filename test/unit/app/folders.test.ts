import { describe, expect, it } from 'vitest';
import { cacheFolder, profileFolder } from '../../../electron/folders.ts';

describe('the profile', () => {
  it.each([
    ['linux', '/home/ann', {}, '/home/ann/.local/share/cloister'],
    ['linux', '/home/ann', { XDG_DATA_HOME: '/data/ann' }, '/data/ann/cloister'],
    ['linux', '/home/ann', { XDG_DATA_HOME: 'relative' }, '/home/ann/.local/share/cloister'],
    ['linux', '/home/ann', { XDG_DATA_HOME: '' }, '/home/ann/.local/share/cloister'],
    ['darwin', '/Users/ann', { XDG_DATA_HOME: '/data' }, '/Users/ann/Library/Application Support/Cloister'],
    ['win32', 'C:\\Users\\ann', { LOCALAPPDATA: 'D:\\Local' }, 'D:\\Local\\Cloister\\Profile'],
    ['win32', 'C:\\Users\\ann', {}, 'C:\\Users\\ann\\AppData\\Local\\Cloister\\Profile'],
  ] as const)('on %s with home %s and %j is %s', (platform, home, env, expected) => {
    expect(profileFolder({ platform, home, env })).toBe(expected);
  });
});

describe('the cache', () => {
  it.each([
    ['linux', '/home/ann', {}, '/home/ann/.cache/cloister'],
    ['linux', '/home/ann', { XDG_CACHE_HOME: '/cache' }, '/cache/cloister'],
    ['linux', '/home/ann', { XDG_CACHE_HOME: 'relative' }, '/home/ann/.cache/cloister'],
    ['darwin', '/Users/ann', {}, '/Users/ann/Library/Caches/cloister'],
    ['darwin', '/Users/ann', { XDG_CACHE_HOME: '/cache' }, '/cache/cloister'],
    ['win32', 'C:\\Users\\ann', { LOCALAPPDATA: 'D:\\Local' }, 'D:\\Local\\Cloister\\Cache'],
    ['win32', 'C:\\Users\\ann', {}, 'C:\\Users\\ann\\AppData\\Local\\Cloister\\Cache'],
  ] as const)('on %s with home %s and %j is %s', (platform, home, env, expected) => {
    expect(cacheFolder({ platform, home, env })).toBe(expected);
  });

  // File systems of Windows and macOS keep the case of letters and do not look at it.
  it.each([
    ['linux', '/home/ann', {}],
    ['linux', '/home/ann', { XDG_DATA_HOME: '/data', XDG_CACHE_HOME: '/data' }],
    ['darwin', '/Users/ann', {}],
    ['darwin', '/Users/ann', { XDG_CACHE_HOME: '/Users/ann/Library/Application Support' }],
    ['win32', 'C:\\Users\\ann', {}],
    ['win32', 'C:\\Users\\ann', { LOCALAPPDATA: 'D:\\Local' }],
  ] as const)('on %s with home %s and %j neither lies in the other, whatever the case', (platform, home, env) => {
    const separator = platform === 'win32' ? '\\' : '/';
    const [profile, cache] = [profileFolder, cacheFolder].map(
      (folder) => folder({ platform, home, env }).toLowerCase() + separator,
    ) as [string, string];
    expect(cache.startsWith(profile)).toBe(false);
    expect(profile.startsWith(cache)).toBe(false);
  });
});
