import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { abstains, checkCitations, locateQuote, quotePassages } from '../../../electron/documents/index.ts';
import { linesOf } from '../../../electron/documents/cite/answer-sentences.ts';
import { numbersIn } from '../../../electron/documents/cite/claims.ts';
import { quotableParts } from '../../../electron/documents/cite/passage-sentences.ts';
import type { SearchHit } from '../../../electron/documents/types.ts';

const hit = (text: string, more: Partial<SearchHit> = {}): SearchHit => ({
  chunkId: 1,
  collectionId: 'c',
  documentId: 'd',
  document: 'lease.pdf',
  path: '/lease.pdf',
  page: 1,
  start: 1000,
  end: 1000 + text.length,
  text,
  score: 1,
  keywordScore: 1,
  cosine: null,
  ...more,
});

const lease = hit(
  'The rent is 900 euros and is due on the first of each month. Pets are not allowed. Either side may end the lease with three months of notice.',
);
const minutes = hit(
  'Marta Ruiz presented the turbine budget of 1,250,000 euros. The committee approved it on 4 May 2026.',
  {
    documentId: 'm',
    document: 'minutes.pdf',
  },
);

describe('placing a quote', () => {
  const text =
    'First part. The “rent” is\ndue on the first—\nof each month. Later, the rent is due again. The rent is due again. coopera-\ntion';
  it.each([
    ['exactly where it is said to be', 12, 25, 'The “rent” is', { placed: true, start: 12, end: 25 }],
    [
      'with other quotation marks, spaces and dashes',
      12,
      60,
      'the "rent"  is due on the first-',
      { placed: true, start: 12, end: 43 },
    ],
    ['elsewhere, when it is there once', 0, 5, 'Later, the rent', { placed: true, start: 59, end: 74 }],
    [
      'across a hyphen at a line end',
      0,
      5,
      'cooperation',
      { placed: true, start: text.indexOf('coopera'), end: text.length },
    ],
    ['not at all', 0, 20, 'the deposit', { placed: false, reason: 'not_in_document' }],
    ['not when it is empty', 0, 20, '  ', { placed: false, reason: 'not_in_document' }],
    ['not when there are two places', 0, 5, 'the rent is due again', { placed: false, reason: 'ambiguous' }],
    ['not outside the text', -5, 1e9, 'the deposit', { placed: false, reason: 'not_in_document' }],
  ])('%s', (_name, start, end, quote, expected) => {
    expect(locateQuote(text, start, end, quote)).toEqual(expected);
  });

  it('finds any piece of any text where it was taken from', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }), fc.nat(), fc.nat(), (source, a, b) => {
        const start = a % source.length;
        const end = start + 1 + (b % (source.length - start));
        const quote = source.slice(start, end);
        if (quote.trim() === '') return;
        const place = locateQuote(source, start, end, quote);
        expect(place).toMatchObject({ placed: true });
        if (place.placed) expect(source.slice(place.start, place.end)).toBe(quote.trim());
      }),
      { numRuns: 300 },
    );
  });
});

describe('quotes', () => {
  it('mark the answering sentence with exact offsets, best first', () => {
    const quotes = quotePassages('Who presented the turbine budget?', [lease, minutes]);
    expect(quotes[0]).toMatchObject({
      number: 1,
      support: 'exact',
      quote: 'Marta Ruiz presented the turbine budget of 1,250,000 euros.',
    });
    for (const { passage, quote, start, end } of quotes) {
      expect(passage.text.slice(start - passage.start, end - passage.start)).toBe(quote);
    }
    // What has nothing of the question is no second answer.
    expect(quotes.map(({ number }) => number)).toEqual([1]);
  });

  it('prefer what was written to be read over rows with the same words, and take the next sentence in', () => {
    const report = hit(
      'Registered Owner: | Wausau Flying Service | Rated Power: | 160 hp\nOccurrence #3: NOSE OVER\nPage 2 of 3 CHI08CA047\nThe airplane nosed over after the landing. The wheels had caught in deep snow.',
    );
    const [first] = quotePassages('Why did the airplane nose over?', [report]);
    expect(first?.quote).toBe('The airplane nosed over after the landing. The wheels had caught in deep snow.');
  });

  it('come from the document that the question names', () => {
    const cause = 'The board determines the probable cause of the accident to be: ';
    const alabama = hit(`${cause}A propeller failure.`, { documentId: 'alabama', document: 'a.pdf' });
    const venice = hit(`Location: | Venice, FL\n${cause}An improper recovery.`, {
      documentId: 'venice',
      document: 'b.pdf',
    });
    const quotes = quotePassages('What was the probable cause of the accident in Venice?', [alabama, venice]);
    expect(quotes.map(({ passage }) => passage.documentId)).toEqual(['venice']);
    expect(quotes[0]?.quote).toContain('improper recovery');
  });

  it('never are the foot of a page', () => {
    const page = hit('Page 1 of 3\n\nThe lift is looked after by Ida Berg.');
    expect(quotePassages('Which page of 3 is it?', [page]).map(({ quote }) => quote)).toEqual([
      'The lift is looked after by Ida Berg.',
    ]);
  });

  it('take a row of a table by itself', () => {
    const table = hit('Item | Price\nGravel | 12 euros\nSand | 9 euros');
    expect(quotePassages('What does sand cost?', [table])[0]?.quote).toBe('Sand | 9 euros');
  });

  it('give something for a passage that shares no word, and nothing for none', () => {
    expect(quotePassages('zebra', [lease])[0]?.quote.length).toBeGreaterThan(10);
    expect(quotePassages('zebra', [])).toEqual([]);
  });

  it('are parts of the passage, in order, whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'B', '.', ' ', '\n', '|', '-', '1', '”', '\t'), maxLength: 120 }),
        (text) => {
          let last = 0;
          for (const { start, end } of quotableParts(text)) {
            expect(start).toBeGreaterThanOrEqual(last);
            expect(end).toBeGreaterThan(start);
            expect(text.slice(start, end).trim()).toBe(text.slice(start, end));
            last = end;
          }
        },
      ),
    );
  });
});

describe('abstaining', () => {
  it.each([
    ['without passages', 'What is the rent?', [], true],
    ['when the passage holds the words', 'What is the rent?', [hit(lease.text, { coverage: 1, cosine: 0.6 })], false],
    [
      'when neither words nor meaning fit',
      'Who won the world cup?',
      [hit(lease.text, { coverage: 0.1, cosine: 0.15 })],
      true,
    ],
    [
      'when the meaning fits and the words do not',
      'How much do I pay to live here?',
      [hit(lease.text, { coverage: 0.2, cosine: 0.62 })],
      false,
    ],
    ['by words alone, when there are no vectors', 'Who won the world cup?', [hit(lease.text, { coverage: 0.2 })], true],
    [
      'by words alone of a passage that waits for its vector, beside others that have theirs',
      'What is the rent?',
      [hit(lease.text, { coverage: 0.1, cosine: 0.2 }), hit(lease.text, { coverage: 0.7, cosine: null })],
      false,
    ],
    [
      'when the one that waits holds the words no better',
      'Who won the world cup?',
      [hit(lease.text, { coverage: 0.1, cosine: 0.2 }), hit(lease.text, { coverage: 0.2, cosine: null })],
      true,
    ],
    ['by plain words, when there is no rarity either', 'rent due month', [lease], false],
  ])('%s', (_name, question, hits, expected) => {
    expect(abstains(question, hits)).toBe(expected);
  });
});

describe('a written answer', () => {
  const check = (answer: string) => checkCitations(answer, [lease, minutes]);

  it.each([
    ['keeps a sentence that stands in the passage', 'Pets are not allowed [1].', 'Pets are not allowed. [1]', 'exact'],
    [
      'keeps a true quotation',
      'The lease says that “Pets are not allowed” here [1].',
      'The lease says that “Pets are not allowed” here. [1]',
      'exact',
    ],
    [
      'keeps a paraphrase with the right figures',
      'The monthly rent of 900 euros is due on the first [1].',
      'The monthly rent of 900 euros is due on the first. [1]',
      'paraphrased',
    ],
    [
      'takes 3 for three',
      'The lease may be ended with 3 months of notice [1].',
      'The lease may be ended with 3 months of notice. [1]',
      'paraphrased',
    ],
    [
      'takes 1250000 for 1,250,000',
      'Marta Ruiz presented a turbine budget of 1250000 euros [2].',
      'Marta Ruiz presented a turbine budget of 1250000 euros. [1]',
      'paraphrased',
    ],
    [
      'finds the passage for a sentence without a mark',
      'The committee approved it on 4 May 2026.',
      'The committee approved it on 4 May 2026. [1]',
      'exact',
    ],
  ])('%s', (_name, answer, text, support) => {
    const checked = check(answer);
    expect(checked).toMatchObject({ text, dropped: 0 });
    expect(checked.citations).toHaveLength(1);
    expect(checked.citations[0]?.support).toBe(support);
    const { passage, quote, start, end } = checked.citations[0]!;
    expect(passage.text.slice(start - passage.start, end - passage.start)).toBe(quote);
  });

  it.each([
    ['a wrong number', 'The rent is 950 euros and is due on the first of each month [1].'],
    ['a wrong number word', 'Either side may end the lease with four months of notice [1].'],
    ['a wrong year', 'The committee approved it on 4 May 2025 [2].'],
    ['a name that is not there', 'Peter Ruiz presented the turbine budget [2].'],
    ['a quotation that nobody wrote', 'The lease says “pets are allowed on Sundays” [1].'],
    [
      'a quotation of two sentences that nobody wrote',
      'The lease says “The rent is 900 euros. It is due on the first of each month.” [1]',
    ],
    ['the opposite', 'Pets are allowed [1].'],
    ['the opposite, in other words', 'The committee never approved the turbine budget on 4 May 2026 [2].'],
    ['the right words with the wrong mark', 'The rent is 900 euros [2].'],
    ['a mark of no passage', 'Pets are not allowed [7].'],
    ['something from elsewhere', 'The capital of France is a lovely city in spring [1].'],
    ['something without a mark from elsewhere', 'You should consult a lawyer about this.'],
  ])('drops %s', (_name, answer) => {
    expect(check(answer)).toEqual({ text: '', citations: [], dropped: 1 });
  });

  it('numbers anew, shares a number for the same place, and keeps lists and leads', () => {
    const checked = check(
      '# Terms\n\nThe documents say:\n\n- Pets are not allowed. [1]\n- The rent is 5 euros. [1]\n- The committee approved it on 4 May 2026 [2].\n\nPets are not allowed [1].\n\n## Nothing below\n',
    );
    expect(checked.text).toBe(
      '# Terms\n\nThe documents say:\n\n- Pets are not allowed. [1]\n\n- The committee approved it on 4 May 2026. [2]\n\nPets are not allowed. [1]',
    );
    expect(checked.dropped).toBe(1);
    expect(checked.citations.map(({ number, passage }) => [number, passage.documentId])).toEqual([
      [1, 'd'],
      [2, 'm'],
    ]);
  });

  it('keeps of two marks only those that carry the sentence', () => {
    const checked = check('The rent is 900 euros and is due on the first of the month [1][2].');
    expect(checked.citations.map(({ passage }) => passage.documentId)).toEqual(['d']);
  });

  it('keeps a quotation of several sentences in one piece', () => {
    const quoted = 'The rent is 900 euros and is due on the first of each month. Pets are not allowed.';
    const checked = check(`The lease says: “${quoted}” [1] The committee approved it on 4 May 2026 [2].`);
    expect(checked.text).toBe(`The lease says: “${quoted}” [1] The committee approved it on 4 May 2026. [2]`);
    expect(checked.citations[0]).toMatchObject({ quote: quoted.slice(0, -1), support: 'exact' });
  });

  it('puts every mark where it belongs', () => {
    const said = (text: string): unknown => linesOf(text)[0]?.sentences;
    expect(said('One is so. [1] Two is so [2, 3]. Three [Passage 4].')).toEqual([
      { text: 'One is so.', cites: [1] },
      { text: 'Two is so.', cites: [2, 3] },
      { text: 'Three.', cites: [4] },
    ]);
    expect(said('It is [1-3] so.')).toEqual([{ text: 'It is so.', cites: [1, 2, 3] }]);
    expect(said('See array[10000] here.')).toEqual([{ text: 'See array[10000] here.', cites: [] }]);
  });

  it('reads numbers in one spelling', () => {
    expect(numbersIn('1,000 and 1000.50, twelve at 10:30 on 04.05.2026, 3.50')).toEqual(
      new Set(
        ['1000', '1000.5', '10:30', '04.05.2026', '3.5', '12'].map((one) => (one === '04.05.2026' ? '4.05.2026' : one)),
      ),
    );
  });

  it('takes time in proportion to its length', () => {
    const began = performance.now();
    check(`Pets are not allowed.${' '.repeat(100_000)}[1]${'['.repeat(50_000)}`);
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it('gives only what can be proven, whatever a model writes', () => {
    const bits = [
      'Pets are not allowed',
      'The rent is 900 euros',
      ' [1]',
      ' [2]',
      '. ',
      '\n',
      '- ',
      '“',
      '”',
      'Attention',
      // Not the bare number: “17.” before a sentence is the number of a list.
      ' 17 cats',
      '[',
      ']',
      '1',
      '[01]',
      '# ',
      ':',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...bits), { maxLength: 25 }), (parts) => {
        const { text, citations } = check(parts.join(''));
        expect(text === '').toBe(citations.length === 0);
        for (const { number, passage, quote, start, end } of citations) {
          expect(passage.text.slice(start - passage.start, end - passage.start)).toBe(quote);
          expect(text).toContain(`[${number}]`);
        }
        const marks = [...text.matchAll(/\[\s*(\d{1,3})\s*\]/g)].map((match) => Number(match[1]));
        expect(marks.filter((mark) => !citations.some(({ number }) => number === mark))).toEqual([]);
        expect(text.match(/\[0\d+\]/)).toBeNull();
        expect(text).not.toContain('17');
      }),
      { numRuns: 300 },
    );
  });
});

describe('footnotes of a passage', () => {
  const noted = hit(
    'The deposit is 1,200 euros.[2] It is paid back[3] within a month. [2] See the annex on deposits.',
    {
      documentId: 'n',
      document: 'noted.docx',
    },
  );
  const check = (answer: string, passages = [lease, noted]) => checkCitations(answer, passages);

  it.each([
    ['a mark that was copied with its words', 'The deposit is 1,200 euros.[2]', [minutes, lease, noted], 'n'],
    ['a mark within a quotation', 'It says “The deposit is 1,200 euros.[2]”', [minutes, lease, noted], 'n'],
    ['a mark whose number no passage has', 'The deposit is 1,200 euros.[2]', [noted], 'n'],
    ['a mark within the sentence', 'It is paid back[3] within a month.', [lease, noted], 'n'],
    ['a footnote’s own line', '[2] See the annex on deposits.', [noted, lease], 'n'],
    ['a mark beside a citation', 'The deposit is 1,200 euros.[2] [3]', [minutes, lease, noted], 'n'],
    ['marks as they stand in a prompt', 'It is paid back⟦3⟧ within a month. [2]', [lease, noted], 'n'],
  ] as const)('cite nothing: %s', (_name, answer, passages, documentId) => {
    const { text, citations, dropped } = check(answer, [...passages]);
    expect(dropped).toBe(0);
    expect(citations.map(({ passage, support }) => [passage.documentId, support])).toEqual([[documentId, 'exact']]);
    expect(text.match(/\[\d+\]/g)).toEqual(['[1]']);
  });

  it('stay in the quote of a citation, which is exact', () => {
    const [citation] = check('It is paid back within a month [2].').citations;
    expect(citation?.quote).toBe('It is paid back[3] within a month');
    expect(noted.text.slice(citation!.start - noted.start, citation!.end - noted.start)).toBe(citation!.quote);
  });

  it('do not take a citation away from a passage that holds the words too', () => {
    const plain = hit('The deposit is 1,200 euros. Nothing more is said.', { documentId: 'p' });
    expect(check('The deposit is 1,200 euros.[2]', [noted, plain]).citations[0]?.passage.documentId).toBe('p');
  });

  it('do not make a wrong sentence right', () => {
    expect(check('The deposit is 2,200 euros.[2]', [minutes, lease, noted])).toEqual({
      text: '',
      citations: [],
      dropped: 1,
    });
  });

  it('never grow together out of two halves', () => {
    const { text, citations } = check('Pets are not allowed [[1]1] here [1].');
    expect(text.match(/\[\d+\]/g) ?? []).toEqual(citations.map(({ number }) => `[${number}]`));
  });
});
