import { malformed } from '../../gguf/problems.ts';
import { limits } from '../limits.ts';
import { checkExpression } from './jinja-expression.ts';
import { imports, opens, statements } from './jinja-words.ts';
import { endOf, tokensOf, type Token } from './lexer.ts';
import { createLoopBudget } from './loops.ts';

interface Part {
  readonly kind: 'statement' | 'expression';
  readonly tokens: readonly Token[];
}

const closings: Readonly<Record<string, string>> = { '{{': '}}', '{%': '%}' };

/** The code of a template, without its text and its comments. */
function partsOf(template: string): Part[] {
  const parts: Part[] = [];
  for (let at = 0; ;) {
    const begin = /\{[{%#]/g;
    begin.lastIndex = at;
    const found = begin.exec(template);
    if (found === null) return parts;
    const mark = found[0];
    const from = found.index + 2;
    const end = mark === '{#' ? template.indexOf('#}', from) : endOf(template, from, closings[mark] ?? '');
    if (end < 0) throw malformed('template_syntax');
    at = end + 2;
    if (mark === '{#') continue;
    const tokens = tokensOf(template.slice(from, end).replace(/^[-+]/, '').replace(/[-+]$/, ''));
    parts.push({ kind: mark === '{%' ? 'statement' : 'expression', tokens });
  }
}

/** Names that the template itself gives a value: loop variables, `set`, macros and their parameters. */
function ownNames(parts: readonly Part[]): ReadonlySet<string> {
  const own = new Set<string>();
  for (const { kind, tokens } of parts) {
    const word = tokens[0]?.value;
    if (kind !== 'statement' || !['set', 'for', 'macro', 'with', 'call'].includes(word ?? '')) continue;
    const stop = word === 'set' ? '=' : word === 'for' ? 'in' : '';
    for (const token of tokens.slice(1)) {
      if (token.value === stop) break;
      if (token.kind === 'name') own.add(token.value);
    }
  }
  return own;
}

function checkStatement(word: string, open: string[]): void {
  if (imports.has(word)) throw malformed('template_import');
  if (!statements.has(word)) throw malformed('template_statement');
  const closing = opens[word];
  if (closing !== undefined) open.push(closing);
  else if (word.startsWith('end') && word !== 'endset' && word !== 'endraw' && open.pop() !== word)
    throw malformed('template_syntax');
  if (open.length > limits.templateDepth) throw malformed('template_loop');
}

/**
 * Reads a Jinja chat template without running it, and refuses what no chat needs: other files, the insides of the program
 * that runs it, functions that no engine offers, loops without measure. It cannot see what a name computed at run time will be.
 */
export function checkJinja(template: string): void {
  if (template.length > limits.templateLength) throw malformed('template_length');
  const parts = partsOf(template);
  const own = ownNames(parts);
  const open: string[] = [];
  const loops = createLoopBudget();
  for (const { kind, tokens } of parts) {
    const word = kind === 'statement' ? (tokens[0]?.value ?? '') : '';
    if (kind === 'statement') checkStatement(word, open);
    checkExpression(kind === 'statement' ? tokens.slice(1) : tokens, own);
    loops.see(word, tokens);
  }
  if (open.length > 0) throw malformed('template_syntax');
}
