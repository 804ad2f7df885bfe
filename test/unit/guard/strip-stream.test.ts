import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createInvisibleStripper, stripInvisible } from '../../../electron/guard/index.ts';

function inPieces(pieces: readonly string[]): { given: string[]; whole: string } {
  const stripper = createInvisibleStripper();
  const given = pieces.map((piece) => stripper.push(piece));
  return { given, whole: given.join('') + stripper.end() };
}

/** Cut between any two units, also inside a character. */
const cutEverywhere = (text: string): string[] => text.split('');

describe('a text that comes in pieces', () => {
  it.each([
    ['a hidden character between two pieces', ['pass', '\u200b', 'word'], 'password'],
    ['a sentence in tags', ['Hi', ...cutEverywhere('\u{e0069}\u{e0067}\u{e006e}'), '!'], 'Hi!'],
    ['half an emoji', ['a\ud83d', '\ude00b'], 'a😀b'],
    ['half an emoji that never comes', ['a\ud83d', 'b'], 'a\ufffdb'],
    ['half an emoji at the end', ['a', '\ud83d'], 'a\ufffd'],
    ['a family', cutEverywhere('👩‍👩‍👧‍👦 ok'), '👩‍👩‍👧‍👦 ok'],
    ['an astronaut', cutEverywhere('👩🏿‍🚀'), '👩🏿‍🚀'],
    ['a flag spelled with tags', cutEverywhere('🏴󠁧󠁢󠁳󠁣󠁴󠁿!'), '🏴󠁧󠁢󠁳󠁣󠁴󠁿!'],
    ['a keycap', ['1', '\ufe0f', '\u20e3'], '1️⃣'],
    ['a digit with a selector that makes no keycap', ['1', '\ufe0f', 'x'], '1x'],
    ['a joiner in Persian', ['می', '\u200c', 'خواهم'], 'می\u200cخواهم'],
    ['a joiner at the end', ['می', '\u200c'], 'می'],
    ['a joiner past a hidden character', ['👩', '\u200b\u200d', '\u2060', '💻'], '👩\u200d💻'],
    ['a chosen form of an ideograph', ['葛', '\udb40', '\udd00', '城'], '葛\u{e0100}城'],
    ['a direction that is turned', ['user', '\u202e', 'txt.exe'], 'usertxt.exe'],
  ])('%s', (_name, pieces, expected) => {
    expect(inPieces(pieces).whole).toBe(expected);
  });

  it('comes out as soon as it is certain', () => {
    expect(inPieces(['One ', 'two', ' 三', '四 ', 'पा', 'च', ' 👩', ' x']).given).toEqual([
      'One ',
      'two',
      ' 三',
      '四 ',
      'पा',
      'च',
      ' 👩',
      ' x',
    ]);
  });

  it('never shows what the whole would hide, however it is cut', () => {
    const nasty = fc.constantFrom(
      ...['a', '1', '#', ' ', '\n', '\u20e3', '😀', '👩', '❤', '🏿', '葛', 'क', '्', 'م', '\u1820', '\u{1f3f4}', '💻'],
      ...['\u200c', '\u200d', '\ufe0f', '\ufe00', '\u180b', '\u200b', '\u{e0100}', '\u{e0067}', '\u{e0062}', '\u00ad'],
      ...['\u{e0073}', '\u{e0063}', '\u{e0074}', '\u{e007f}', '\u202e', '\u2028', '\ud83d', '\ude00'],
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(nasty, { maxLength: 30 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(texts, fc.array(fc.nat(6), { minLength: 1, maxLength: 30 }), (text, lengths) => {
        const pieces: string[] = [];
        for (let at = 0, turn = 0; at < text.length; turn++) {
          const length = lengths[turn % lengths.length]! + 1;
          pieces.push(text.slice(at, at + length));
          at += length;
        }
        const { given, whole } = inPieces(pieces);
        expect(whole).toBe(stripInvisible(text));
        given.reduce((shown, piece) => {
          expect(stripInvisible(text).startsWith(shown + piece)).toBe(true);
          return shown + piece;
        }, '');
      }),
      { numRuns: 5_000 },
    );
  });

  it('takes time in proportion to its length', () => {
    for (const text of ['word ', '\u{e0041}', '葛\u{e0100}', '👩\u200d']) {
      const started = performance.now();
      inPieces(Array.from({ length: 8_000 }, () => text));
      expect(performance.now() - started, JSON.stringify(text)).toBeLessThan(5_000);
    }
  });
});
