import { describe, expect, it } from 'vitest';
import { isDigest, parseDigest } from '../../../electron/models/digests.ts';
import { displayName, parseName, tryParseName } from '../../../electron/models/names.ts';

describe('a model name', () => {
  it.each([
    ['all-minilm', 'registry.ollama.ai', 'library', 'all-minilm', 'latest', 'all-minilm:latest'],
    ['llama3.1:8b', 'registry.ollama.ai', 'library', 'llama3.1', '8b', 'llama3.1:8b'],
    ['someone/model:Q4_K_M', 'registry.ollama.ai', 'someone', 'model', 'Q4_K_M', 'someone/model:Q4_K_M'],
    ['hf.co/who/what:v1', 'hf.co', 'who', 'what', 'v1', 'hf.co/who/what:v1'],
    ['127.0.0.1:5000/library/x:y', '127.0.0.1:5000', 'library', 'x', 'y', '127.0.0.1:5000/library/x:y'],
    ['library/x:y', 'registry.ollama.ai', 'library', 'x', 'y', 'x:y'],
  ])('%s', (text, host, namespace, model, tag, shown) => {
    const name = parseName(text);
    expect(name).toEqual({ host, namespace, model, tag });
    expect(displayName(name)).toBe(shown);
    expect(parseName(displayName(name))).toEqual(name);
  });

  it.each([
    '',
    '.',
    '..',
    '../../etc/passwd',
    '../x:y',
    'x/../y:z',
    'x:..',
    'x:../../blobs/sha256-0',
    '/x',
    'x/',
    'x//y',
    'a/b/c/d',
    'x:y:z',
    'x y',
    'x\0y',
    'x\\y',
    '.hidden',
    'trailing.',
    'con',
    'NUL.txt:latest',
    'a'.repeat(81),
    'ｅvil',
    'x:',
    '-x',
  ])('%j is refused', (text) => expect(tryParseName(text)).toBeNull());
});

describe('a digest', () => {
  const hex = 'a'.repeat(64);
  it('is sha256: and 64 lower-case digits', () => expect(isDigest(`sha256:${hex}`)).toBe(true));
  it.each([
    hex,
    `sha256:${hex}0`,
    `sha256:${hex.slice(1)}`,
    `SHA256:${hex}`,
    `sha256:${hex.toUpperCase()}`,
    `sha512:${hex}`,
  ])('%s is refused', (text) => expect(() => parseDigest(text)).toThrow(/not a SHA-256/));
  it.each([`sha256:../../../${'a'.repeat(55)}`, `sha256:${hex}\n`, `sha256-${hex}`, `\nsha256:${hex}`])(
    '%j is refused',
    (text) => expect(isDigest(text)).toBe(false),
  );
});
