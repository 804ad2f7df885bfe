import { describe, expect, it } from 'vitest';
import { collapseRepeats } from '../../../electron/documents/search/collapse.ts';
import { fuse } from '../../../electron/documents/search/fuse.ts';
import { parseQuery, quoted } from '../../../electron/documents/search/query.ts';
import { textsOf } from '../../../electron/documents/search/search.ts';
import { stem } from '../../../electron/documents/search/stem.ts';
import { coverageOf, stemsIn, weighWords } from '../../../electron/documents/search/weights.ts';

describe('a question', () => {
  it.each([
    ['What is the rent of the flat?', ['rent', 'flat']],
    ['who are they', ['who', 'are', 'they']],
    ['', []],
    ['?!', []],
    ['Rent rent RENT', ['rent']],
    ["the tenant's duties", ['tenant', 'duties']],
    ['Was kostet das für uns', ['kostet']],
    ['東京 tower', ['東京', 'tower']],
  ])('%j has the words %j', (text, words) => {
    expect(parseQuery(text).words).toEqual(words);
  });

  it('has no word of more than 64 characters, and takes no longer for one', () => {
    expect(parseQuery(`rent ${'x'.repeat(64)} ${'y'.repeat(90)}`).words).toEqual([
      'rent',
      'x'.repeat(64),
      'y'.repeat(64),
    ]);
    expect(parseQuery('x'.repeat(200_000)).words).toEqual(['x'.repeat(64)]);
    expect(parseQuery('東'.repeat(200_000)).words).toEqual(['東'.repeat(64)]);
    expect(parseQuery('😀 flat').words).toEqual(['flat']);
  });

  it('keeps quotations and identifiers apart', () => {
    expect(parseQuery('find "three months" in CVE-2026-1234 or “annex b”')).toMatchObject({
      phrases: ['three months', 'annex b'],
      identifiers: ['CVE-2026-1234'],
    });
  });

  it('is never query syntax', () => {
    expect(quoted('a" OR b\u0000')).toBe('"a"" OR b "');
  });

  it('takes the newest turns that fit', () => {
    expect(textsOf({ query: 'q' })).toEqual(['q']);
    expect(textsOf({ query: 'q', earlier: ['a', 'b'] })).toEqual(['q', 'a\nb\nq']);
    const long = 'many words here '.repeat(100);
    expect(textsOf({ query: 'q', earlier: ['a', long, 'c'] })[1]).toBe('c\nq');
  });
});

describe('fusing', () => {
  const items = (...scores: [number, number][]) => scores.map(([chunk, score]) => ({ chunk, score }));

  it('adds up what each list says, brought to one range', () => {
    const fused = fuse([
      { items: items([1, 30], [2, 20], [3, 10]), floor: null },
      { items: items([2, 0.9], [3, 0.8], [4, 0.1]), floor: null },
    ]);
    expect(fused.map(({ chunk }) => chunk)).toEqual([2, 1, 3, 4]);
    expect(fused[0]?.score).toBeCloseTo(1.5);
  });

  it('counts the last of a short list for something', () => {
    expect(fuse([{ items: items([1, 10], [2, 5]), floor: 0 }])[1]?.score).toBeCloseTo(0.5);
    expect(fuse([{ items: items([1, 10], [2, 5]), floor: null }])[1]?.score).toBe(0);
  });

  it('puts equal scores in the order of their ids, and takes nothing from nothing', () => {
    expect(fuse([{ items: items([9, 1], [4, 1]), floor: null }]).map(({ chunk }) => chunk)).toEqual([4, 9]);
    expect(fuse([{ items: [], floor: 0 }])).toEqual([]);
  });
});

describe('repeats', () => {
  const base =
    'the rent is due on the first day of each month and is paid by transfer to the account of the owner of the big white house beside our old mill near a small quiet lake under tall trees';
  it('are left out when nine of ten words are the same', () => {
    const texts = [`${base}.`, `${base}!`, base.replace('first', 'second day'), 'something else'].map((text) => ({
      text,
    }));
    expect(collapseRepeats(texts, 10)).toEqual([texts[0], texts[3]]);
  });

  it('stay when a number differs', () => {
    const texts = [`${base}: 900 euros`, `${base}: 950 euros`].map((text) => ({ text }));
    expect(collapseRepeats(texts, 10)).toEqual(texts);
  });

  it('stops at the number wanted', () => {
    expect(collapseRepeats([{ text: 'a b' }, { text: 'c d' }, { text: 'e f' }], 2)).toHaveLength(2);
  });
});

describe('words', () => {
  it.each([
    ['cares', 'caring'],
    ['policies', 'policy'],
    ['planned', 'planning'],
    ['approved', 'approving'],
    ['approve', 'approved'],
    ['boxes', 'box'],
    ['managers', 'manager'],
    ['payments', 'payment'],
  ])('%s and %s meet', (a, b) => {
    expect(stem(a)).toBe(stem(b));
  });

  it.each([['bus'], ['2026'], ['gas'], ['glass'], ['analysis']])('%s stays', (word) => {
    expect(stem(word)).toBe(word);
  });

  it('weigh by their rarity', () => {
    const weights = weighWords('rent of the gazebo', (word) => (word === 'gazebo' ? 9 : 1));
    expect(coverageOf(weights, stemsIn('The rents went up.'))).toBeCloseTo(0.1);
    expect(coverageOf(weights, stemsIn('A gazebo.'))).toBeCloseTo(0.9);
    expect(coverageOf(new Map(), stemsIn('A gazebo.'))).toBe(0);
  });
});
