import { malformed } from '../../gguf/problems.ts';

export type TokenKind = 'name' | 'text' | 'number' | 'sign';

export interface Token {
  readonly kind: TokenKind;
  /** A text without its quotation marks, escapes resolved. */
  readonly value: string;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0' };

/** `\x5f` and `\u005f` are underscores too: what a text says is what it holds when it is run. */
const unescaped = (body: string): string =>
  body.replace(/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|([^]))/g, (all, ...groups) => {
    const [two, four, eight, octal, letter] = groups as (string | undefined)[];
    const code = two ?? four ?? eight;
    if (code !== undefined)
      return Number.parseInt(code, 16) > 0x10ffff ? all : String.fromCodePoint(Number.parseInt(code, 16));
    if (octal !== undefined && octal !== '0') return String.fromCodePoint(Number.parseInt(octal, 8));
    return escapes[letter ?? '0'] ?? letter ?? '';
  });

const patterns: readonly (readonly [TokenKind | 'space', RegExp])[] = [
  ['space', /[\s]+/y],
  ['name', /[\p{L}_$][\p{L}\p{N}_]*/uy],
  ['number', /\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?/y],
  ['text', /"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|`[^`]*`/y],
  ['sign', /\*\*|\/\/|==|!=|<=|>=|:=|[-+*/%~|.,:;()[\]{}<>=!@&?^]/y],
];

function next(code: string, at: number): { kind: TokenKind | 'space'; found: string } {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const found = pattern.exec(code)?.[0];
    if (found !== undefined) return { kind, found };
  }
  throw malformed('template_syntax');
}

/** The words of one expression or statement. Throws `template_syntax` at what is none. */
export function tokensOf(code: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < code.length;) {
    const { kind, found } = next(code, at);
    at += found.length;
    if (kind === 'space') continue;
    tokens.push({ kind, value: kind === 'text' ? unescaped(found.slice(1, -1)) : found });
  }
  return tokens;
}

/** Where the code that begins at `from` ends: before `closing`, texts in quotation marks left aside. -1 when it never does. */
export function endOf(template: string, from: number, closing: string): number {
  for (let at = from; at < template.length; at++) {
    if (template.startsWith(closing, at)) return at;
    const letter = template[at];
    if (letter !== '"' && letter !== "'") continue;
    for (at++; at < template.length && template[at] !== letter; at++) if (template[at] === '\\') at++;
  }
  return -1;
}
