import { CloisterError } from '../../shared/errors.ts';
import type { Answer, Piece } from '../inference/types.ts';
import type { converse } from './asking.ts';

/** The whole answer, for a client that does not want it in pieces. */
export async function gather(steps: ReturnType<typeof converse>): Promise<{ whole: Piece; answer: Answer }> {
  let text = '';
  let thinking = '';
  const toolCalls: NonNullable<Piece['toolCalls']>[number][] = [];
  for await (const step of steps) {
    if (step.type === 'end') {
      const whole = {
        text,
        ...(thinking === '' ? {} : { thinking }),
        ...(toolCalls.length === 0 ? {} : { toolCalls }),
      };
      return { whole, answer: step.answer };
    }
    text += step.text;
    thinking += step.thinking ?? '';
    toolCalls.push(...(step.toolCalls ?? []));
  }
  throw new CloisterError('engine_failed', 'The engine stopped answering. Try again.');
}
