import { describe, expect, it } from 'vitest';
import { templateDiff } from '../../../electron/models/passports/template-diff.ts';

describe('what differs between two templates', () => {
  it.each([
    ['nothing', 'a\nb', 'a\nb', null],
    ['a line in the middle', 'a\nb\nc', 'a\nx\nc', '  a\n- b\n+ x\n  c'],
    ['a line more', 'a', 'a\nb', '  a\n+ b'],
    ['a line less', 'a\nb', 'b', '- a\n  b'],
    ['all of it', '', 'a', '- \n+ a'],
    ['one line far from the rest', 'a\nb\nc\nd\ne', 'a\nb\nc\nd\nx', '… 2 equal\n  c\n  d\n- e\n+ x'],
  ])('is %s', (_, before, after, diff) => {
    expect(templateDiff(before, after)).toBe(diff);
  });

  it('is bounded whatever the texts are, and says what it leaves out', () => {
    const many = (word: string): string => Array.from({ length: 5000 }, (_, line) => `${word} ${line}`).join('\n');
    const started = performance.now();
    const lines = templateDiff(many('old'), many('new'))!.split('\n');
    expect(performance.now() - started).toBeLessThan(2000);
    expect(lines).toHaveLength(202);
    expect(lines.at(-2)).toMatch(/^… 1000 more lines/);
    expect(lines.at(-1)).toBe('… 4400 more lines were not compared');
    expect(templateDiff('x'.repeat(100_000), 'y')!.length).toBeLessThan(600);
  });
});
