import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closeMarks, splitBlocks } from '../../../renderer/features/chats/blocks.ts';

const sources = (text: string): string[] => splitBlocks(text).map((block) => block.source);

describe('splitting an answer into blocks', () => {
  it.each([
    ['paragraphs part at blank lines', 'One.\n\nTwo\nlines.', ['One.', 'Two\nlines.']],
    [
      'a list stays whole over blank lines',
      '- a\n\n- b\n\n  more of b\n\nAfter.',
      ['- a\n\n- b\n\n  more of b', 'After.'],
    ],
    ['a fence is a block of its own', 'Before\n```js\na\n\nb\n```\nAfter', ['Before', 'a\n\nb', 'After']],
    [
      'a fence inside a list belongs to the list',
      '1. a\n   ```\n   x\n\n   y\n   ```\n2. b',
      ['1. a\n   ```\n   x\n\n   y\n   ```\n2. b'],
    ],
    ['an open fence takes all that follows', '~~~\na\n\nb', ['a\n\nb']],
    ['a shorter fence does not close a longer one', '````\n```\n````\nx', ['```', 'x']],
    ['nothing is nothing', ' \n\n ', []],
  ])('%s', (_name, text, wanted) => expect(sources(text)).toEqual(wanted));

  it('knows code from words, and its language', () => {
    expect(splitBlocks('a\n```python\nb\n```')).toEqual([
      { kind: 'markdown', source: 'a', language: '' },
      { kind: 'code', source: 'b', language: 'python' },
    ]);
  });

  it('keeps every block but the last as the text grows', () => {
    const piece = fc.constantFrom(
      'word ',
      'A sentence. ',
      '\n',
      '\n\n',
      '- item\n',
      '2. item\n',
      '```\n',
      '> quote\n',
      '| a | b |\n',
      '  indented\n',
      'x'.repeat(700),
      '**',
      '[1]',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.nat(), (pieces, seed) => {
        const text = pieces.join('');
        // At line ends: a line that is half there may still turn out to be anything.
        const ends = [...text.matchAll(/\n/g)].map((match) => match.index + 1);
        const cut = ends[seed % Math.max(1, ends.length)] ?? 0;
        const early = sources(text.slice(0, cut)).slice(0, -1);
        expect(sources(text).slice(0, early.length)).toEqual(early);
      }),
      { numRuns: 500 },
    );
  });

  it('bounds every block, whatever the answer is made of', () => {
    for (const text of [
      'x'.repeat(60_000),
      'Word word. '.repeat(6000),
      'word '.repeat(12_000),
      `- ${'word. '.repeat(9000)}`,
      `> ${'word '.repeat(9000)}`,
      `| a | b |\n|---|---|\n${'| one two | three |\n'.repeat(3000)}`,
    ]) {
      const found = splitBlocks(text);
      expect(Math.max(...found.map((block) => block.source.length))).toBeLessThan(13_000);
      expect(found.map((block) => block.source).join('').length).toBeGreaterThan(text.length * 0.9);
    }
  });

  it('repeats the head of a table that is cut', () => {
    const blocks = sources(`| a | b |\n|---|---|\n${'| one two | three |\n'.repeat(500)}`);
    expect(blocks.length).toBeGreaterThan(1);
    for (const block of blocks) expect(block.startsWith('| a | b |\n|---|---|\n| one')).toBe(true);
  });
});

describe('closing what a growing block has open', () => {
  it.each([
    ['a **bold', 'a **bold**'],
    ['a **bold** b', 'a **bold** b'],
    ['a `code', 'a `code`'],
    ['a `co**de` b', 'a `co**de` b'],
    ['a **', 'a **'],
  ])('%s', (source, wanted) => expect(closeMarks(source)).toBe(wanted));
});
