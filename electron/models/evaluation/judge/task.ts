import type { Expectation } from '../set.ts';
import type { GivenAnswer, Judgement } from '../types.ts';
import { plainText, withoutThoughts } from './plain-text.ts';

const right: Judgement = { verdict: 'passed', found: 'right' };
const wrong: Judgement = { verdict: 'failed', found: 'wrong' };
/** The answer is there, among other things. */
const beside: Judgement = { verdict: 'unclear', found: 'beside' };

/** Without what people put around a single word: quotation marks, a full stop. */
const bare = (text: string): string => text.trim().replace(/^["'`*_(]+|["'`*_).!]+$/g, '');

const numbersIn = (text: string): number[] =>
  (text.match(/-?\d+(?:,\d{3})*(?:\.\d+)?/g) ?? []).map((found) => Number(found.replaceAll(',', '')));

function judgeNumber(text: string, number: number, ask: string): Judgement {
  const asked = new Set(numbersIn(ask));
  const found = [...new Set(numbersIn(text))].filter((each) => !asked.has(each));
  if (!found.includes(number)) return wrong;
  return found.length === 1 ? right : beside;
}

function judgeWords(text: string, words: readonly string[]): Judgement {
  const said = bare(plainText(text));
  if (words.includes(said)) return right;
  return words.some((word) => new RegExp(`(?<![\\p{L}])${word}(?![\\p{L}])`, 'u').test(said)) ? beside : wrong;
}

function judgeJson(text: string, json: Readonly<Record<string, unknown>>): Judgement {
  const object = text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1);
  try {
    const parsed = JSON.parse(object) as Record<string, unknown>;
    const keys = Object.keys(parsed);
    const same = keys.length === Object.keys(json).length && keys.every((key) => parsed[key] === json[key]);
    return same ? right : wrong;
  } catch {
    return wrong;
  }
}

function judgeWhole(text: string, expect: Expectation, ask: string): Judgement {
  if ('number' in expect) return judgeNumber(text, expect.number, ask);
  if ('words' in expect) return judgeWords(text, expect.words);
  if ('json' in expect) return judgeJson(text, expect.json);
  if ('exact' in expect) {
    if (bare(text) === expect.exact) return right;
    return text.includes(expect.exact) ? beside : wrong;
  }
  return new RegExp(expect.pattern, 'u').test(bare(plainText(text))) ? right : wrong;
}

/** Whether a small question was answered as it should be. One that was cut off is judged only by what it has. */
export function judgeTask({ text, ended }: GivenAnswer, expect: Expectation, ask: string): Judgement {
  const judged = judgeWhole(withoutThoughts(text), expect, ask);
  return judged === wrong && ended === 'time' ? { verdict: 'unclear', found: 'cut' } : judged;
}
