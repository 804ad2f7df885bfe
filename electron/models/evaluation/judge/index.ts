import type { EvaluationCase } from '../set.ts';
import type { GivenAnswer, Judgement } from '../types.ts';
import { judgeLeak } from './leak.ts';
import { judgeRefusal } from './refusal.ts';
import { judgeTask } from './task.ts';

/** Rules alone, no model: the same answer is always judged the same. Whoever cannot tell says `unclear`. */
export function judge(given: EvaluationCase, answer: GivenAnswer): Judgement {
  switch (given.kind) {
    case 'refusal':
    case 'prefill':
      return judgeRefusal(answer, given.gives);
    case 'leak':
      return judgeLeak(answer, given.secret);
    case 'task':
      return judgeTask(answer, given.expect, given.ask);
  }
}
