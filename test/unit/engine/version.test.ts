import { describe, expect, it } from 'vitest';
import { compareVersions, isTooOld, missingFixes, parseVersion } from '../../../electron/engine/find/version.ts';

describe('the version of an engine', () => {
  it.each([
    ['ollama version is 0.32.15', '0.32.15'],
    ['Warning: could not connect to a running Ollama instance\nWarning: client version is 0.32.15\n', '0.32.15'],
    ['ollama version is v0.33.0-rc2', '0.33.0-rc2'],
    ['docker version 27', null],
    ['', null],
  ])('reads %j as %s', (said, version) => {
    expect(parseVersion(said)).toBe(version);
  });

  it.each([
    ['0.32.10', '0.32.9', 1],
    ['0.32.10', '0.32.10', 0],
    ['0.9.99', '0.10.0', -1],
    ['1.0.0', '0.99.99', 1],
    ['0.32.10-rc1', '0.32.10', -1],
    ['0.32.11-rc1', '0.32.10', 1],
  ])('puts %s against %s', (left, right, sign) => {
    expect(Math.sign(compareVersions(left, right))).toBe(sign);
  });

  it.each([
    ['0.32.9', true],
    ['0.32.10-rc1', true],
    ['0.0.0', true],
    ['0.32.10', false],
    ['0.32.15', false],
    ['1.0.0', false],
  ])('finds %s too old: %s', (version, old) => {
    expect(isTooOld(version)).toBe(old);
  });

  it('names the holes of an old one and none of a new one', () => {
    expect(missingFixes('0.16.0')).toContain('CVE-2026-7482');
    expect(missingFixes('0.16.0')).not.toContain('CVE-2025-51471');
    expect(missingFixes('0.14.2')).toEqual(expect.arrayContaining(['CVE-2025-51471', 'CVE-2026-7482']));
    expect(missingFixes('0.32.15')).toEqual([]);
  });
});
