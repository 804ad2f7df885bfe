import { malformed } from '../../gguf/problems.ts';
import { limits } from '../limits.ts';
import type { Token } from './lexer.ts';

/** The largest number that stands in an expression, 0 without one. */
const largest = (tokens: readonly Token[]): number =>
  Math.max(0, ...tokens.filter(({ kind }) => kind === 'number').map(({ value }) => Number(value.replaceAll('_', ''))));

const has = (tokens: readonly Token[], kind: Token['kind'], value: string): boolean =>
  tokens.some((token) => token.kind === kind && token.value === value);

/** A power is one unless it stands before the named arguments of a call. */
const hasPower = (tokens: readonly Token[]): boolean =>
  tokens.some(({ kind, value }, at) => {
    const before = tokens[at - 1];
    return kind === 'sign' && value === '**' && before !== undefined && before.value !== '(' && before.value !== ',';
  });

/** Adds up what counted loops would cost: a loop over messages is as long as the chat, one over `range(10 ** 9)` is an attack. */
export function createLoopBudget() {
  const rounds: number[] = [];
  return {
    see(word: string, tokens: readonly Token[]): void {
      if (hasPower(tokens)) throw malformed('template_loop');
      const number = largest(tokens);
      const multiplies = has(tokens, 'sign', '*');
      if (number > limits.templateRounds && (multiplies || has(tokens, 'name', 'range')))
        throw malformed('template_loop');
      if (word === 'for') rounds.push(has(tokens, 'name', 'range') ? Math.max(1, number) : 1);
      if (word === 'endfor') rounds.pop();
      if (rounds.reduce((product, each) => product * each, 1) > limits.templateRounds) throw malformed('template_loop');
    },
  };
}
