import { describe, expect, it } from 'vitest';
import { judgeOwnership, judgeParent } from '../../../electron/vault/profile/prepare.ts';
import { fromFileSystem } from '../../../electron/vault/profile/system-errors.ts';
import { codeOf } from '../../../shared/errors.ts';

const facts = (type: 'folder' | 'file' | 'link' | 'socket', uid: number, mode: number) => ({
  uid,
  mode,
  isDirectory: () => type === 'folder',
  isFile: () => type === 'file',
  isSymbolicLink: () => type === 'link',
});

describe('whose a profile is', () => {
  it.each([
    ['folder', facts('folder', 1000, 0o40700), 1000, 'safe'],
    ['folder', facts('folder', 1000, 0o40755), 1000, 'tighten'],
    ['folder', facts('folder', 1000, 0o40770), 1000, 'tighten'],
    ['folder', facts('folder', 1001, 0o40700), 1000, 'unsafe'],
    ['folder', facts('folder', 1000, 0o40700), 0, 'unsafe'],
    ['folder', facts('link', 1000, 0o120777), 1000, 'unsafe'],
    ['folder', facts('file', 1000, 0o100600), 1000, 'unsafe'],
    ['folder', facts('folder', 0, 0o40777), null, 'safe'],
    ['folder', facts('link', 0, 0o120777), null, 'unsafe'],
    ['file', facts('file', 1000, 0o100600), 1000, 'safe'],
    ['file', facts('file', 1000, 0o100640), 1000, 'tighten'],
    ['file', facts('file', 1000, 0o100604), 1000, 'tighten'],
    ['file', facts('socket', 1000, 0o140600), 1000, 'unsafe'],
    ['file', facts('link', 1000, 0o120777), 1000, 'unsafe'],
  ] as const)('%s %o for user %s: %s', (kind, each, user, verdict) => {
    expect(judgeOwnership(kind, each, user).verdict).toBe(verdict);
  });

  it.each([
    [0o40755, 'safe'],
    [0o40775, 'safe'],
    [0o41777, 'safe'],
    [0o40777, 'unsafe'],
    [0o40757, 'unsafe'],
  ])('a folder around it with mode %o is %s', (mode, verdict) => {
    expect(judgeParent({ mode }, 1000).verdict).toBe(verdict);
    expect(judgeParent({ mode }, null).verdict).toBe('safe');
  });
});

describe('errors of the file system', () => {
  it.each([
    ['ENOSPC', 'disk_full'],
    ['EDQUOT', 'disk_full'],
    ['EROFS', 'profile_unsafe'],
    ['EACCES', 'profile_unsafe'],
    ['EIO', 'internal'],
  ])('%s is %s', (errno, code) => {
    expect(codeOf(fromFileSystem(Object.assign(new Error(errno), { code: errno })))).toBe(code);
  });
});
