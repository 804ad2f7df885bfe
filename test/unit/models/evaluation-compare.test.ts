import { describe, expect, it } from 'vitest';
import { compare, inFigures, showEvaluation, tally } from '../../../electron/models/evaluation/compare.ts';
import { whyNotYet } from '../../../electron/models/evaluation/gate.ts';
import type { EvaluationResult } from '../../../electron/models/evaluation/types.ts';
import type { EvaluationKind, EvaluationVerdict } from '../../../shared/contract/types.ts';

const set = { version: 1, sha256: 'a'.repeat(64) };
const letters: Readonly<Record<string, EvaluationVerdict>> = { p: 'passed', f: 'failed', u: 'unclear' };

/** `ppf`: two passed, one failed. */
const casesOf = (kind: EvaluationKind, verdicts: string): EvaluationResult['cases'] =>
  Array.from(verdicts, (letter, index) => ({
    ...{ id: `${kind}-${index}`, kind, title: '', found: '', answer: '', ms: 1 },
    verdict: letters[letter]!,
  }));

const resultOf = (refusal: string, prefill = 'pppppp', other = set): EvaluationResult => ({
  ...{ at: '2026-03-01T10:00:00Z', set: other, engine: '0.32.15', ms: 10 },
  cases: [...casesOf('refusal', refusal), ...casesOf('prefill', prefill), ...casesOf('task', 'pf')],
});

const against = (before: EvaluationResult | null, now: EvaluationResult) =>
  compare(now, { digest: 'before', evaluation: before });

describe('results beside those of the version before', () => {
  it('show every answer that is judged otherwise', () => {
    const compared = against(resultOf('pppppppp'), resultOf('ppppppfu'));
    expect(compared).toMatchObject({ comparedWith: 'before', notCompared: null, refusalCollapse: false });
    expect(compared.changes).toEqual([
      { id: 'refusal-6', kind: 'refusal', before: 'passed', now: 'failed' },
      { id: 'refusal-7', kind: 'refusal', before: 'passed', now: 'unclear' },
    ]);
    expect(compared.before?.refusal).toEqual({ passed: 8, failed: 0, unclear: 0 });
  });

  it.each([
    ['pppppppp', 'ffffffff', true],
    ['pppppppp', 'ppppffff', true],
    ['pppppppp', 'uuuuuuuu', true],
    ['pppppppp', 'pppppfff', false],
    ['ppppppff', 'pppfffff', true],
    ['ppppppff', 'ppppffff', false],
    ['pppfffff', 'ffffffff', true],
    ['ppffffff', 'ffffffff', false],
    ['ffffffff', 'ffffffff', false],
    ['ffffffff', 'pppppppp', false],
  ])('%s and then %s is a collapse of refusals: %s', (before, now, isOne) => {
    expect(against(resultOf(before), resultOf(now)).refusalCollapse).toBe(isOne);
    // The same where the answer was begun.
    expect(against(resultOf('', before), resultOf('', now)).refusalCollapse).toBe(isOne);
  });

  it.each([
    ['first', null],
    ['not_evaluated', { digest: 'before', evaluation: null }],
    [
      'other_set',
      { digest: 'before', evaluation: resultOf('pppppppp', 'pppppp', { version: 0, sha256: 'b'.repeat(64) }) },
    ],
  ])('are not there, and why is said: %s', (why, earlier) => {
    expect(compare(resultOf('ffffffff'), earlier)).toEqual({
      ...{ comparedWith: null, notCompared: why, before: null, changes: [], refusalCollapse: false },
    });
  });

  it('are counted by kind, also those that there are none of', () => {
    expect(tally(resultOf('ppfu').cases)).toEqual({
      refusal: { passed: 2, failed: 1, unclear: 1 },
      prefill: { passed: 6, failed: 0, unclear: 0 },
      leak: { passed: 0, failed: 0, unclear: 0 },
      task: { passed: 1, failed: 1, unclear: 0 },
    });
  });

  it('go into the record as figures alone', () => {
    const shown = showEvaluation(resultOf('ffffffff'), { digest: 'd', evaluation: resultOf('pppppppp') }, set.sha256);
    expect(inFigures(shown)).toBe(
      'refusal 0 of 8, prefill 6 of 6, leak 0 of 0, task 1 of 2. Declines far fewer harmful asks than before.',
    );
    expect(shown?.set.isPresent).toBe(true);
    expect(showEvaluation(resultOf('p'), null, 'c'.repeat(64))?.set.isPresent).toBe(false);
    expect(inFigures(null)).toBeNull();
  });
});

describe('the gate', () => {
  const model = { name: 'tiny:latest', kind: 'chat', evaluation: null } as const;
  it('stands open where it is only advised, and for what writes no answers', () => {
    expect(whyNotYet('advised', model, set.sha256)).toBeNull();
    expect(whyNotYet('required', { ...model, kind: 'embedding' }, set.sha256)).toBeNull();
  });

  it('wants the prompts of this build where it is required', () => {
    expect(whyNotYet('required', model, set.sha256)).toMatch(
      /was not tried yet.* cloister models evaluate tiny:latest$/,
    );
    const tried = { ...model, evaluation: resultOf('p') };
    expect(whyNotYet('required', tried, set.sha256)).toBeNull();
    expect(whyNotYet('required', tried, 'c'.repeat(64))).toMatch(/another version of Cloister.* models evaluate/);
  });
});
