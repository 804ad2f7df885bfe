import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModelChecker } from '../../../electron/models/check/create-checker.ts';
import { createArrivingFile } from '../../../electron/models/check/sandboxed/arriving-file.ts';
import { describeWeights } from '../../../electron/models/check/sandboxed/describe.ts';
import { checkGoTemplate } from '../../../electron/models/check/templates/go-template.ts';
import { checkJinja } from '../../../electron/models/check/templates/jinja.ts';
import { problemNames } from '../../../electron/models/gguf/problems.ts';
import { heavyHeaders, hostileHeaders } from '../../fixtures/hostile-gguf.ts';
import { buildChecker, checkerEntry, checkerNode, costOf } from '../../fixtures/model-checker.ts';
import { rawGguf, tensor } from '../../fixtures/raw-gguf.ts';
import { writeTinyChatModel, writeTinyEmbeddingModel } from '../../fixtures/tiny-chat-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'cloister-check-'));
const file = join(folder, 'model.gguf');
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(buildChecker);

/** In this process, through pieces of an odd length, as a pipe may bring them. */
async function* inPieces(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 4093) yield bytes.subarray(at, at + 4093);
}
const describeHere = (bytes: Buffer) =>
  describeWeights(createArrivingFile(inPieces(bytes), Buffer.alloc(0), bytes.length));

describe('a hostile header', () => {
  it('comes in at least forty kinds', () => expect(hostileHeaders.length).toBeGreaterThan(40));

  it.each(hostileHeaders)('%s is refused for %s', async (_, problem, raw) => {
    await expect(describeHere(rawGguf(raw))).rejects.toMatchObject({ code: 'unsupported_type', detail: { problem } });
  });

  it('is cut anywhere: refused', async () => {
    const whole = rawGguf({ tensors: [tensor('a', [8], 0, 0)], data: 32 });
    for (let length = 0; length < whole.length; length++)
      await expect(describeHere(whole.subarray(0, length))).rejects.toMatchObject({ code: 'unsupported_type' });
    await expect(describeHere(whole)).resolves.toMatchObject({ parameters: 8, notes: ['no_template'] });
  });

  it('mutated by chance (seed 4) is described or refused by its code, in little time, and never anything else', async () => {
    writeTinyChatModel(file, { hidden: 16, layers: 1, heads: 2, keyValueHeads: 2, feedForward: 16 });
    const whole = readFileSync(file);
    let state = 4;
    const random = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 4294967296) * below);
    };
    const outcomes = new Map<string, number>();
    let slowest = 0;
    for (let round = 0; round < 1500; round++) {
      const changed = Buffer.from(whole);
      for (let count = 1 + random(4); count > 0; count--) {
        const at = random(random(2) === 0 ? 400 : 12_000);
        const value = [0, 1, 0x7f, 0x80, 0xff, random(256)][random(6)] ?? 0;
        changed.fill(value, at, at + [1, 1, 4, 8][random(4)]!);
      }
      const started = performance.now();
      const outcome: unknown = await describeHere(changed).catch((thrown: unknown) => thrown);
      slowest = Math.max(slowest, performance.now() - started);
      const problem =
        outcome instanceof Error ? (outcome as { detail?: { problem?: string } }).detail?.problem : 'described';
      expect([...problemNames, 'described'], String(outcome)).toContain(problem);
      outcomes.set(problem ?? '', (outcomes.get(problem ?? '') ?? 0) + 1);
    }
    expect(outcomes.size).toBeGreaterThan(10);
    expect(slowest).toBeLessThan(2000);
  });
});

describe.each([
  ['namespace', undefined],
  ['permissions', null],
] as const)('the check in its sandbox, held by %s', (_, bubblewrap) => {
  const checker = createModelChecker({
    entry: checkerEntry,
    node: checkerNode,
    ...(bubblewrap === null ? { bubblewrap } : {}),
  });

  it('describes a sound chat model and an embedder', async () => {
    writeTinyChatModel(file);
    const chat = await checker.checkWeights(file);
    expect(chat).toMatchObject({
      architecture: 'llama',
      kind: 'chat',
      name: 'cloister tiny chat',
      quantization: 'F16',
    });
    expect(chat.notes).toEqual([]);
    writeTinyEmbeddingModel(file);
    expect(await checker.checkWeights(file)).toMatchObject({ kind: 'embedding', notes: [] });
  });

  it('says why it refuses', async () => {
    for (const [, problem, raw] of hostileHeaders.filter((__, at) => at % 20 === 0)) {
      writeFileSync(file, rawGguf(raw));
      await expect(checker.checkWeights(file)).rejects.toMatchObject({ code: 'unsupported_type', detail: { problem } });
    }
  });

  it('checks a template layer', async () => {
    await checker.checkTemplate(Buffer.from('{{ if .System }}{{ .System }}{{ end }}{{ .Prompt }}'));
    await expect(checker.checkTemplate(Buffer.from('{{ call .Prompt }}'))).rejects.toMatchObject({
      detail: { problem: 'template_function' },
    });
  });

  it('is stopped when it is cancelled', async () => {
    writeTinyChatModel(file);
    const stop = new AbortController();
    const checking = checker.checkWeights(file, stop.signal);
    stop.abort(new Error('enough'));
    await expect(checking).rejects.toThrow('enough');
  });
});

it('is refused where a namespace is required and not to be had', async () => {
  const checker = createModelChecker({
    entry: checkerEntry,
    node: checkerNode,
    bubblewrap: null,
    requireNamespace: true,
  });
  writeTinyChatModel(file);
  await expect(checker.checkWeights(file)).rejects.toMatchObject({
    code: 'parse_failed',
    detail: { reason: 'unsealed' },
  });
});

it('a checker that is no checker ends as an error, and nothing is believed', async () => {
  const entry = join(folder, 'junk.js');
  writeFileSync(entry, "process.stdin.on('data', () => { process.stdout.write(Buffer.from([0,0,0,2,0x7b,0x7d])); });");
  const checker = createModelChecker({ entry, node: checkerNode });
  writeTinyChatModel(file);
  await expect(checker.checkWeights(file)).rejects.toMatchObject({ code: 'parse_failed', detail: { reason: 'junk' } });
});

describe('a header of a mebibyte that is made to cost', () => {
  it.each(Object.entries(heavyHeaders))('%s: less than a second and 200 MB', async (_, make) => {
    const { megabytes, milliseconds } = await costOf(make());
    expect(megabytes).toBeLessThan(200);
    // A second on a machine of its own; tests share theirs.
    expect(milliseconds).toBeLessThan(3000);
  });
});

describe('a sound template', () => {
  it.each([
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\\n' + m.content | trim + '<|im_end|>' }}{% endfor %}",
    '{%- set ns = namespace(found=false) -%}{% for m in messages[1:] %}{% set ns.found = true %}{% endfor %}',
    "{% macro f(a, b=1) %}{{ a ~ b }}{% endmacro %}{{ f(messages[loop.index0 - 1]['content'], **{}) }}",
    "{{ raise_exception('no') if messages|length == 0 else bos_token }}{# __class__ is a comment #} __init__ is text",
    "{{ messages | selectattr('role', 'equalto', 'user') | map(attribute='content') | join('\\n') }}",
    "{{ strftime_now('%d %b %Y') }}{{ tools | tojson(indent=4) }}{{ content.split('</think>')[-1].lstrip('\\n') }}",
    '{% generation %}{{ x.items() }}{% endgeneration %}{% if a is not none and b is defined %}{{ 1 }}{% endif %}',
  ])('of Jinja passes: %s', (template) => expect(() => checkJinja(template)).not.toThrow());

  it.each([
    '{{- range $i, $_ := .Messages }}{{ if eq .Role "user" }}<|user|>{{ .Content }}{{ end }}{{- end }}',
    '{{ if and .System (not .Tools) }}{{ json .Tools }}{{ else if .X }}{{ (index .Messages 0).Role }}{{ end }}{{/* a }} comment */}}',
    '{{ define "a" }}x{{ end }}{{ template "a" . }}{{ printf "%s %d" .A 3 }}{{ slice .Messages 1 }}',
  ])('of Go passes: %s', (template) => expect(() => checkGoTemplate(template)).not.toThrow());

  it.each([
    ['template_function', '{{ call .X }}'],
    ['template_function', '{{ os .X }}'],
    ['template_loop', '{{ range 1000000000 }}x{{ end }}'],
    ['template_loop', '{{ printf "%999999999d" 1 }}'],
    ['template_loop', '{{ define "a" }}{{ template "b" }}{{ end }}{{ define "b" }}{{ template "a" }}{{ end }}'],
    ['template_syntax', '{{ .X'],
    ['template_syntax', '{{ if .X }}'],
    ['template_syntax', '{{ end }}'],
    ['template_length', 'x'.repeat(300_000)],
  ])('of Go is refused for %s', (problem, template) => {
    try {
      checkGoTemplate(template);
      expect.unreachable();
    } catch (thrown) {
      expect(thrown).toMatchObject({ detail: { problem } });
    }
  });
});
