import { describe, expect, it } from 'vitest';
import type { KnownFile } from '../../../electron/documents/database/documents.ts';
import { looksUnchanged, refusedUnread, sameBytes } from '../../../electron/documents/ingest/decide.ts';
import { ignoredByName } from '../../../electron/documents/ingest/ignored.ts';
import { problemOf, problems } from '../../../electron/documents/ingest/reasons.ts';
import { uploadPath } from '../../../electron/documents/ingest/upload.ts';
import { isBelow, readName } from '../../../electron/documents/ingest/walk.ts';

const known = (more: Partial<KnownFile> = {}): KnownFile => ({
  id: 'id',
  path: '/a.txt',
  name: 'a.txt',
  origin: 'path',
  sha256: 'abc',
  size: 10,
  modified: 1_000_000,
  checkedAt: 2_000_000,
  status: 'indexed',
  reason: null,
  pages: 1,
  chunks: 1,
  retry: false,
  current: true,
  ...more,
});

describe('an unchanged file', () => {
  it.each([
    ['same size and time, looked at later', {}, true],
    ['another size', { size: 11 }, false],
    ['another time', { modified: 1_000_001 }, false],
    ['written in the moment it was looked at', { checkedAt: 1_001_000 }, false],
    ['taken in by older code', { current: false }, false],
    ['to be tried again', { retry: true }, false],
    ['removed meanwhile', { status: 'removed' }, false],
    ['an upload of the same name', { origin: 'upload' }, false],
    ['failed before for its content', { status: 'failed' }, true],
  ] as const)('%s', (_name, more, expected) => {
    expect(looksUnchanged({ size: 10, modified: 1_000_000 }, known(more))).toBe(expected);
  });

  it.each([
    ['same bytes', {}, true],
    ['other bytes', { sha256: 'xyz' }, false],
    ['kept text whose file could not be read', { retry: true }, true],
    ['a failure that may pass', { status: 'failed', retry: true }, false],
    ['removed', { status: 'removed' }, false],
  ] as const)('by its bytes: %s', (_name, more, expected) => {
    expect(sameBytes('abc', known(more))).toBe(expected);
  });
});

describe('a name', () => {
  it.each([
    [Buffer.from('Verträge \ufffd 日本.txt'), 'Verträge \ufffd 日本.txt', true],
    [Buffer.from('\xe9t\xe9.txt', 'latin1'), '\\xe9t\\xe9.txt', false],
    [Buffer.from([0x61, 0xed, 0xa0, 0x80]), 'a\\xed\\xa0\\x80', false],
  ])('%j is shown as %s', (bytes, name, isText) => {
    expect(readName(bytes)).toEqual({ name, isText });
  });
});

describe('what is left out by name', () => {
  it.each([
    ['.env', 'hidden'],
    ['.git', 'hidden'],
    ['Thumbs.db', 'system'],
    ['desktop.ini', 'system'],
    ['~$report.docx', 'system'],
    ['.~lock.report.odt#', 'system'],
    ['video.mp4.crdownload', 'system'],
    ['draft.txt~', 'system'],
    ['report.docx', null],
    ['~notes.txt', null],
    ['a.b.c', null],
  ] as const)('%s: %s', (name, expected) => {
    expect(ignoredByName(name)).toBe(expected === null ? null : problems[expected]);
  });

  it.each([
    ['photo.JPG', 10, 'skipped'],
    ['film.mp4', 5e9, 'skipped'],
    ['disk.iso', 5e9, 'skipped'],
    ['huge.pdf', 101 * 1024 * 1024, 'failed'],
    ['normal.pdf', 10, null],
    ['letter.doc', 10, null],
    ['constructor', 10, null],
  ] as const)('%s of %i bytes: %s', (name, size, expected) => {
    expect(refusedUnread({ name, size })?.status ?? null).toBe(expected);
  });
});

describe('failures of the file system', () => {
  it.each([
    ['EACCES', problems.noAccess],
    ['ENOENT', problems.gone],
    ['ELOOP', problems.link],
    ['EIO', problems.unreadable],
  ])('%s is told', (code, problem) => {
    expect(problemOf(Object.assign(new Error('x'), { code }))).toBe(problem);
  });

  it('throws on what is not the file’s fault', () => {
    expect(() => problemOf(new TypeError('ours'))).toThrow('ours');
  });
});

describe('paths', () => {
  it.each([
    ['../../etc/passwd', 'etc/passwd'],
    ['C:\\docs\\a.txt', 'C:/docs/a.txt'],
    ['/a//b/./c.txt', 'a/b/c.txt'],
    ['a\u0000\u202eb.txt', 'ab.txt'],
    ['..', 'document'],
  ])('of an upload %j is shown as %j', (name, path) => {
    expect(uploadPath(name)).toBe(path);
  });

  it.each([
    ['/a/b', '/a', true],
    ['/a', '/a', true],
    ['/ab', '/a', false],
    ['/a/b', '/', true],
  ])('%s below %s: %s', (path, folder, expected) => {
    expect(isBelow(path, folder)).toBe(expected);
  });
});
