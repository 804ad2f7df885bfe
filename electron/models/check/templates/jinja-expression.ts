import { malformed } from '../../gguf/problems.ts';
import { limits } from '../limits.ts';
import { attributes, filters, functions, keywords, outside } from './jinja-words.ts';
import type { Token } from './lexer.ts';

const isSign = (token: Token | undefined, value: string): boolean => token?.kind === 'sign' && token.value === value;

/** Attributes that begin with an underscore are an object's own business; those between two are the interpreter's. */
const reachesInside = (text: string): boolean => /__\w|\w__|^_[a-z]/i.test(text) || attributes.has(text);

/** A replacement field that reads an attribute or an item: `{0.attribute}`, `{0[item]}`. */
const formatField = /\{\w*[.[]/;

function checkName(tokens: readonly Token[], at: number, own: ReadonlySet<string>): void {
  const { value } = tokens[at] ?? { value: '' };
  const [before, after] = [tokens[at - 1], tokens[at + 1]];
  if (isSign(before, '.')) {
    if (reachesInside(value)) throw malformed('template_attribute');
    return;
  }
  if (isSign(before, '|')) {
    if (value === 'attr') throw malformed('template_attribute');
    if (!filters.has(value)) throw malformed('template_function');
    return;
  }
  if (/^__|__$/.test(value)) throw malformed('template_attribute');
  const isArgument = isSign(after, '=') && (isSign(before, '(') || isSign(before, ','));
  const isTest = before?.kind === 'name' && ['is', 'not'].includes(before.value);
  if (isArgument || isTest || keywords.has(value) || own.has(value)) return;
  if (outside.has(value)) throw malformed('template_global');
  if (value === 'namespace' && !isSign(after, '(')) throw malformed('template_global');
  if (isSign(after, '(') && !functions.has(value)) throw malformed('template_function');
}

/** `x['__cla' ~ 'ss__']`: an attribute put together from texts has something to hide. */
function checkSubscripts(tokens: readonly Token[]): void {
  const open: { isSubscript: boolean; hasText: boolean; joins: boolean }[] = [];
  for (const [at, token] of tokens.entries()) {
    const last = open.at(-1);
    if (token.kind === 'text' && last !== undefined) last.hasText = true;
    if (last !== undefined && (isSign(token, '~') || isSign(token, '+') || isSign(token, '%') || isSign(token, '|')))
      last.joins = true;
    if (isSign(token, '[')) {
      const before = tokens[at - 1];
      const isSubscript =
        before !== undefined &&
        ((before.kind === 'name' && !keywords.has(before.value)) ||
          isSign(before, ')') ||
          isSign(before, ']') ||
          before.kind === 'text');
      open.push({ isSubscript, hasText: false, joins: false });
    }
    if (isSign(token, ']')) {
      const closed = open.pop();
      if (closed === undefined) throw malformed('template_syntax');
      if (closed.isSubscript && closed.hasText && closed.joins) throw malformed('template_computed');
    }
  }
}

function checkBrackets(tokens: readonly Token[]): void {
  const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
  const open: string[] = [];
  for (const { kind, value } of tokens) {
    if (kind !== 'sign') continue;
    const close = closing[value];
    if (close !== undefined) open.push(close);
    else if (/^[)\]}]$/.test(value) && open.pop() !== value) throw malformed('template_syntax');
    if (open.length > limits.templateDepth) throw malformed('template_loop');
  }
  if (open.length > 0) throw malformed('template_syntax');
}

/** One expression: its names, filters, calls and subscripts. `own`: names that the template itself gave a value. */
export function checkExpression(tokens: readonly Token[], own: ReadonlySet<string>): void {
  checkBrackets(tokens);
  const formats = tokens.some(({ kind, value }) => kind === 'name' && value === 'format');
  for (const [at, token] of tokens.entries()) {
    if (token.kind === 'name') checkName(tokens, at, own);
    if (token.kind !== 'text') continue;
    if (/__[a-z]|[a-z]__/i.test(token.value)) throw malformed('template_attribute');
    if (formats && formatField.test(token.value)) throw malformed('template_attribute');
    const isKey = isSign(tokens[at - 1], '[') && isSign(tokens[at + 1], ']');
    if (isKey && reachesInside(token.value)) throw malformed('template_attribute');
  }
  checkSubscripts(tokens);
}
