import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '../../../shared/errors.ts';
import { describeDownloadError, describeError, errorTexts, format, t } from '../../../renderer/i18n/index.ts';

describe('words for every error', () => {
  it.each(errorCodes)('%s has a sentence and a remedy', (code) => {
    const { sentence, remedy } = errorTexts[code];
    for (const words of [sentence, remedy]) {
      expect(words).toMatch(/^[A-Z“].*[.?]$/);
      expect(words).not.toMatch(/oops|sorry|invalid|illegal|delete|reset|reinstall|_/i);
    }
  });

  it.each(errorCodes)('%s has words for a download', (code) => {
    const { sentence, remedy } = describeDownloadError(code);
    for (const words of [sentence, remedy]) {
      expect(words).toMatch(/^[A-Z“].*[.?]$/);
      expect(words).not.toMatch(/oops|sorry|invalid|illegal|delete|reset|reinstall|_/i);
    }
  });

  it('says by how much a model is too large when it knows', () => {
    const { sentence } = describeError('model_too_large', { needs: 10.3e9, free: 6.9e9 });
    expect(sentence).toContain('It needs 10.3 GB, and 6.9 GB are free.');
    const { remedy } = describeError('model_too_large', { needs: 2, free: 1, suggestion: 'qwen3:4b' });
    expect(remedy).toContain('choose qwen3:4b, which fits');
    expect(describeError('model_too_large').sentence).not.toContain('needs 1');
  });
});

describe('numbers for people', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1500, '2 kB'],
    [999_600, '1 MB'],
    [5_640_000_000, '5.6 GB'],
    [123_400_000_000, '123 GB'],
  ])('%d bytes', (value, wanted) => expect(format.bytes(value)).toBe(wanted));

  it.each([
    [84, '84 ms'],
    [6100, '6.1 s'],
    [125_000, '2 min 5 s'],
  ])('%d milliseconds', (value, wanted) => expect(format.duration(value)).toBe(wanted));

  it.each([
    [0.2, '1 s'],
    [3.4, '3 s'],
    [200, '3 min'],
    [3599, '1 h 0 min'],
    [7500, '2 h 5 min'],
  ])('%d seconds, roughly', (value, wanted) => expect(format.roughly(value)).toBe(wanted));

  it('compares memory in one unit', () => expect(format.bytesOf(5.6e9, 8e9)).toBe('5.6 of 8.0 GB'));
  it('shortens a hash in the middle', () =>
    expect(format.shortHash(`a3de86cd${'0'.repeat(52)}b1f4`)).toBe('a3de86cd…b1f4'));
  it('leaves the kind of a hash out', () =>
    expect(format.shortHash(`sha256:a3de86cd${'0'.repeat(52)}b1f4`)).toBe('a3de86cd…b1f4'));
  it('counts in words', () => {
    expect(format.count(1, 'document')).toBe('1 document');
    expect(format.count(1204, 'entry', 'entries')).toBe('1,204 entries');
  });
  it('gives times as people say them', () => {
    const now = new Date(2026, 10, 20, 12, 0).getTime();
    expect(format.ago(new Date(now - 20_000).toISOString(), now)).toBe('just now');
    expect(format.ago(new Date(now - 120_000).toISOString(), now)).toBe('2 minutes ago');
    expect(format.ago(new Date(2026, 10, 20, 8, 5).toISOString(), now)).toBe('today, 08:05');
    expect(format.ago(new Date(2026, 10, 19, 18, 5).toISOString(), now)).toBe('yesterday, 18:05');
    expect(format.ago('never')).toBe('never');
  });
});

describe('the catalogue', () => {
  it('never blames and never shouts', () => {
    const all: string[] = [];
    const walk = (value: unknown): void => {
      if (typeof value === 'string') all.push(value);
      else if (typeof value === 'object' && value !== null) Object.values(value).forEach(walk);
    };
    walk(t);
    expect(all.length).toBeGreaterThan(300);
    expect(all.filter((text) => /oops|sorry|!|please wait/i.test(text))).toEqual([]);
  });
});

describe('suggested questions', () => {
  it('are among those the packaged samples answer', () => {
    const file = join(import.meta.dirname, '../../../resources/sample-questions.json');
    const questions = JSON.parse(readFileSync(file, 'utf8')) as { question: string; answerable: boolean }[];
    const answerable = questions.filter((one) => one.answerable).map((one) => one.question);
    for (const suggestion of t.guide.suggestions) expect(answerable).toContain(suggestion);
  });
});
