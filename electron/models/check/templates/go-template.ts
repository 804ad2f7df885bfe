import { malformed } from '../../gguf/problems.ts';
import { limits } from '../limits.ts';

/** Of text/template, and those that Ollama adds (template/template.go). `call` runs a value; no template of a chat needs it. */
const functions: ReadonlySet<string> = new Set([
  'and', 'or', 'not', 'eq', 'ne', 'lt', 'le', 'gt', 'ge', 'len', 'index', 'slice', 'print', 'printf', 'println', 'html',
  'js', 'urlquery', 'json', 'currentDate', 'yesterdayDate', 'toTypeScriptType',
]); // prettier-ignore

const keywords: ReadonlySet<string> = new Set([
  'if', 'else', 'end', 'range', 'with', 'define', 'template', 'block', 'break', 'continue', 'nil', 'true', 'false',
]); // prettier-ignore

const opening: ReadonlySet<string> = new Set(['if', 'range', 'with', 'define', 'block']);

/** Strings, characters, variables, fields, numbers and names of one action. */
const words =
  /"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)+'|\$\w*(?:\.\w+)*|\.(?:[\p{L}_][\w.]*)?|[-+]?\d[\w.]*|[\p{L}_]\w*|:=|[|(),=]|\s+/uy;

function wordsOf(action: string): string[] {
  const found: string[] = [];
  for (words.lastIndex = 0; words.lastIndex < action.length;) {
    const word = words.exec(action)?.[0];
    if (word === undefined) throw malformed('template_syntax');
    if (word.trim() !== '') found.push(word);
  }
  return found;
}

/** The actions of a template, comments left out. */
function actionsOf(template: string): string[][] {
  const actions: string[][] = [];
  for (let at = template.indexOf('{{'); at >= 0; at = template.indexOf('{{', at)) {
    const comment = /^\{\{-?\s*\/\*[^]*?\*\/\s*-?\}\}/.exec(template.slice(at, at + limits.templateLength));
    if (comment !== null) {
      at += comment[0].length;
      continue;
    }
    const inside = /(?:"(?:[^"\\\n]|\\.)*"|`[^`]*`|[^"`}]|\}(?!\}))*/y;
    inside.lastIndex = at + 2;
    const body = inside.exec(template)?.[0] ?? '';
    at += 2 + body.length;
    if (!template.startsWith('}}', at)) throw malformed('template_syntax');
    at += 2;
    actions.push(wordsOf(body.replace(/^-\s/, ' ').replace(/\s-$/, ' ')));
  }
  return actions;
}

/** `%999999999d` fills the memory. */
const fills = (text: string): boolean => /%[-+# 0]*(?:\d{3,}|\*|\d*\.(?:\d{3,}|\*))/.test(text);

function checkWords(action: readonly string[]): void {
  const [first] = action;
  for (const [at, word] of action.entries()) {
    if (/^["`]/.test(word) && fills(word)) throw malformed('template_loop');
    if (!/^[\p{L}_]/u.test(word)) continue;
    if (!functions.has(word) && !keywords.has(word)) throw malformed('template_function');
    if (at > 0 && keywords.has(word) && !(first === 'else' || ['nil', 'true', 'false'].includes(word)))
      throw malformed('template_syntax');
  }
  // Since Go 1.22 a range over a number counts.
  if (first === 'range' && action.slice(1).some((word) => /^[-+]?\d/.test(word))) throw malformed('template_loop');
}

/** Templates that include each other in a circle never end. */
function checkCircles(uses: ReadonlyMap<string, ReadonlySet<string>>): void {
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    if (path.includes(name) || path.length > limits.templateDepth) throw malformed('template_loop');
    if (done.has(name)) return;
    for (const used of uses.get(name) ?? []) visit(used, [...path, name]);
    done.add(name);
  };
  for (const name of uses.keys()) visit(name, []);
}

/** Reads a Go template as Ollama uses them (a layer of its own) without running it. Throws as `checkJinja` does. */
export function checkGoTemplate(template: string): void {
  if (template.length > limits.templateLength) throw malformed('template_length');
  const open: string[] = [];
  const uses = new Map<string, Set<string>>();
  for (const action of actionsOf(template)) {
    checkWords(action);
    const [word = '', name = ''] = action;
    if (word === 'template' || word === 'block') {
      const inside = open.findLast((each) => each !== '') ?? '';
      uses.set(inside, (uses.get(inside) ?? new Set()).add(name));
    }
    if (opening.has(word)) open.push(word === 'define' || word === 'block' ? name : '');
    if (word === 'end' && open.pop() === undefined) throw malformed('template_syntax');
    if (open.length > limits.templateDepth) throw malformed('template_loop');
  }
  if (open.length > 0) throw malformed('template_syntax');
  checkCircles(uses);
}
