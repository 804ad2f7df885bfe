import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { controlTokenPatterns } from '../../../electron/guard/control-tokens.ts';
import { neutraliseControlTokens } from '../../../electron/guard/index.ts';

/** As their tokenizers list them. */
const realTokens = [
  ...[
    '<|im_start|>',
    '<|im_end|>',
    '<|endoftext|>',
    '<|fim_prefix|>',
    '<|object_ref_start|>',
    '<tool_call>',
    '</tool_call>',
  ],
  ...[
    '<|begin_of_text|>',
    '<|eot_id|>',
    '<|start_header_id|>',
    '<|python_tag|>',
    '<|reserved_special_token_0|>',
    '<|header_start|>',
  ],
  ...[
    '<s>',
    '</s>',
    '<unk>',
    '[INST]',
    '[/INST]',
    '<<SYS>>',
    '<</SYS>>',
    '[AVAILABLE_TOOLS]',
    '[/TOOL_RESULTS]',
    '[SYSTEM_PROMPT]',
    '[THINK]',
  ],
  ...[
    '<bos>',
    '<eos>',
    '<pad>',
    '<start_of_turn>',
    '<end_of_turn>',
    '<start_of_image>',
    '<unused99>',
    '<|turn>',
    '<turn|>',
    '<|channel>',
  ],
  ...['<｜begin▁of▁sentence｜>', '<｜User｜>', '<｜Assistant｜>', '<｜tool▁calls▁begin｜>', '<think>', '</think>'],
  ...['<|system|>', '<|user|>', '<|assistant|>', '<|end|>', '<|start|>', '<|message|>', '<|return|>', '<|constrain|>'],
  ...[
    '<|start_of_role|>',
    '<|START_OF_TURN_TOKEN|>',
    '<BOS_TOKEN>',
    '[|system|]',
    '[|endofturn|]',
    '[gMASK]',
    '<sop>',
    '<|observation|>',
  ],
  ...[
    '[CLS]',
    '[SEP]',
    '[MASK]',
    '<mask>',
    '<extra_id_0>',
    '<0x0A>',
    '<fim_middle>',
    '<file_sep>',
    '<reserved_106>',
    '<|image_pad|>',
  ],
];

const ordinary = [
  'if (a < b && c > d) return a | b;',
  'xs |> List.map f <| y',
  '<p>An <em>HTML</em> tag, <stdio.h>, List<string>, a <- b, x << 2 >> 1</p>',
  'See [1], [2] and [INSTALL]; usage: tool [options] [args] <file>',
  '| a | b |\n|---|---|\n| <1 | >2 |',
  'f(x) = {x | x > 0}, [a|b], <a b>, e-mail <someone@example.com>, <https://example.com/a|b>'.replace('|b>', '>'),
  'Straße, naïve, 日本語, العربية, हिन्दी, emoji 👩‍👩‍👧',
];

describe('control tokens', () => {
  it.each(realTokens)('%s is broken and stays readable', (token) => {
    const text = `before ${token} after`;
    const safe = neutraliseControlTokens(text);
    expect(safe).not.toContain(token);
    // A person still reads the same words, and normalising does not bring the token back.
    expect(safe).toHaveLength(text.length);
    expect(safe.normalize('NFKC')).not.toContain(token);
  });

  it.each(ordinary)('ordinary text is left as it is: %s', (text) => {
    expect(neutraliseControlTokens(text)).toBe(text);
  });

  it('breaks tokens that stand inside or beside each other', () => {
    for (const text of [
      '<|im_<|im_start|>start|>',
      '<<|a|>|b|>',
      '[[INST]INST]',
      '<s<s>>',
      '<|<|<|x|>|>|>',
      '<｜[|x|]｜>',
    ]) {
      const safe = neutraliseControlTokens(text);
      for (const pattern of controlTokenPatterns) expect(safe.search(pattern), safe).toBe(-1);
    }
  });

  it('breaks a model’s own tokens, whatever they look like, but not blanks and single characters', () => {
    const own = ['{{user}}', 'ENDTURN', '~~~sys~~~', '\n\n', '  ', 'a', '▁▁'];
    const safe = neutraliseControlTokens('{{user}} ENDTURN ~~~sys~~~\n\na  ▁▁', own);
    expect(safe).toBe('❴❴user❵❵ ＥNDTURN ～~~sys~~~\n\na  ▁▁');
  });

  it('does not go through regular expressions hidden in a model’s tokens', () => {
    expect(neutraliseControlTokens('aaa (.*)+ b', ['(.*)+'])).toBe('aaa （.*)+ b');
  });
});

describe('for any text', () => {
  const pieces = fc.constantFrom(
    ...realTokens,
    '<',
    '>',
    '|',
    '｜',
    '[',
    ']',
    '/',
    's',
    'INST',
    'im_start',
    '\n',
    ' ',
    'é',
    '{{',
    'OWN',
  );
  const texts = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.array(pieces, { maxLength: 30 }).map((all) => all.join('')),
  );
  const own = ['OWN', '{{OWN', '<OWN|', '|｜'];

  it('no control token is left, and a second time changes nothing', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const safe = neutraliseControlTokens(text, own);
        for (const token of [...realTokens, ...own]) expect(safe).not.toContain(token);
        for (const pattern of controlTokenPatterns) expect(safe.search(pattern)).toBe(-1);
        expect(neutraliseControlTokens(safe, own)).toBe(safe);
        expect(safe).toHaveLength(text.length);
      }),
      { numRuns: 3000 },
    );
  });

  it('text without brackets is unchanged', () => {
    const plain = fc.string({
      unit: fc.constantFrom(
        ...[...Array(95).keys()].map((code) => String.fromCharCode(32 + code)).filter((c) => !'<[|'.includes(c)),
      ),
    });
    fc.assert(
      fc.property(plain, (text) => {
        expect(neutraliseControlTokens(text)).toBe(text);
      }),
    );
  });

  it('takes time in proportion to its length', () => {
    for (const text of [
      '<|'.repeat(100_000),
      '[|a'.repeat(70_000),
      `<${'a'.repeat(200_000)}`,
      '<'.repeat(200_000),
      '<|a|>'.repeat(40_000),
    ]) {
      const started = performance.now();
      neutraliseControlTokens(text);
      expect(performance.now() - started).toBeLessThan(1500);
    }
  });
});
