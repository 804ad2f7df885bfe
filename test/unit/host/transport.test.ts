import { describe, expect, it } from 'vitest';
import { assertTransportable, inputLimits, transportProblem } from '../../../electron/host/shared/index.ts';
import { runInNewContext } from 'node:vm';

const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
class Thing {
  readonly a = 1;
}
const cycle: { self?: unknown } = {};
cycle.self = cycle;

describe('what may cross', () => {
  it.each([
    ['null', null],
    ['text', 'ü\u2028\0'],
    ['numbers', [0, -0, 1.5, 1e300]],
    ['objects', { a: { b: [true, false, null] } }],
    ['an object without a prototype', Object.assign(Object.create(null) as object, { a: 1 })],
    ['bytes', { bytes: new Uint8Array(8 * 1024 * 1024) }],
    ['bytes of another realm', runInNewContext('({ bytes: new Uint8Array(3) })')],
    ['an absent property', { a: undefined }],
    ['twenty levels', nested(20)],
    ['a key named constructor', { constructor: 1 }],
  ])('%s', (_name, value) => expect(transportProblem(value, inputLimits)).toBeNull());

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['undefined in a list', [undefined]],
    ['NaN', NaN],
    ['infinity', [Infinity]],
    ['a big integer', 1n],
    ['a symbol', Symbol('a')],
    ['a function', { f: () => 1 }],
    ['a map', new Map()],
    ['a set', new Set()],
    ['a date', new Date()],
    ['an error', new Error('a')],
    ['a regular expression', /a/],
    ['a promise', Promise.resolve()],
    ['an instance', new Thing()],
    ['a proxy of a map', new Proxy(new Map(), {})],
    ['an array buffer', new ArrayBuffer(2)],
    ['a shared array buffer', new SharedArrayBuffer(2)],
    ['words', new Uint16Array(2)],
    ['a data view', new DataView(new ArrayBuffer(2))],
    ['a cycle', cycle],
    ['twenty-one levels', nested(21)],
    ['too many values', Array.from({ length: 10_001 }, () => 0)],
    ['too many bytes', new Uint8Array(8 * 1024 * 1024 + 1)],
    ['bytes that are too many together', [new Uint8Array(5 * 1024 * 1024), new Uint8Array(5 * 1024 * 1024)]],
    ['too much text', 'a'.repeat(1024 * 1024 + 1)],
    ['too much text in keys', { ['a'.repeat(1024 * 1024 + 1)]: 1 }],
    ['an own key named __proto__', JSON.parse('{"__proto__": {"admin": true}}')],
  ])('not %s', (_name, value) => {
    expect(transportProblem(value, inputLimits)).toMatch(/./);
    expect(() => assertTransportable(value)).toThrow(expect.objectContaining({ code: 'bad_request' }));
  });

  it('says the same when it runs in a page, by its source text', () => {
    const there = runInNewContext(`(${String(transportProblem)})`) as typeof transportProblem;
    expect(there({ a: [1, 'b', new Uint8Array(2)] }, inputLimits)).toBeNull();
    expect(there({ a: new Map() }, inputLimits)).toBe(transportProblem({ a: new Map() }, inputLimits));
  });
});
