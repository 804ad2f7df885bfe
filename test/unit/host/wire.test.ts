import fc from 'fast-check';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import { originOf } from '../../../electron/host/chromium/calls.ts';
import { createNewsSender } from '../../../electron/host/chromium/news.ts';
import { pageScript } from '../../../electron/host/chromium/page-script.ts';
import { packHere, unpack, unpackCall } from '../../../electron/host/chromium/wire.ts';

const fromBase64 = (data: string): Uint8Array => new Uint8Array(Buffer.from(data, 'base64'));

describe('the wire', () => {
  it('gives back what was put in', () => {
    const { value } = fc.letrec<{ value: unknown }>((again) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, true, false, ''),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (number === 0 ? 0 : number)),
        fc.string({ unit: 'binary' }),
        fc.uint8Array(),
        fc.array(again('value')),
        fc.dictionary(
          fc.string().filter((key) => key !== '__proto__'),
          again('value'),
          { noNullPrototype: true },
        ),
      ),
    }));
    fc.assert(
      fc.property(value, (sample) => {
        expect(unpack(packHere(sample), fromBase64)).toEqual(sample);
      }),
    );
  });

  it.each([
    ['another type', 7],
    ['no JSON', '{'],
    ['no bytes', '{"value":{"method":"a"}}'],
    ['no method', '{"value":{},"bytes":[]}'],
    ['nothing', '{"value":null,"bytes":[]}'],
    [
      'a path into the prototype',
      '{"value":{"method":"a","input":{}},"bytes":[{"path":["__proto__","polluted"],"data":""}]}',
    ],
    [
      'a path into the constructor',
      '{"value":{"method":"a"},"bytes":[{"path":["constructor","prototype","polluted"],"data":""}]}',
    ],
    ['a path to what is not there', '{"value":{"method":"a"},"bytes":[{"path":["input"],"data":""}]}'],
    ['a path over a value', '{"value":{"method":"a"},"bytes":[{"path":["method"],"data":""}]}'],
  ])('refuses a call with %s', (_name, text) => {
    expect(() => unpackCall(text)).toThrow(expect.objectContaining({ code: 'bad_request' }));
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('reads a call with bytes as a plain Uint8Array', () => {
    const call = unpackCall(packHere({ method: 'a', input: { bytes: Buffer.from('hello') } }));
    expect(call).toEqual({ method: 'a', input: { bytes: new Uint8Array(Buffer.from('hello')) } });
    expect((call.input as { bytes: object }).bytes.constructor).toBe(Uint8Array);
    expect(unpack(packHere(new Uint8Array([1])), fromBase64)).toEqual(new Uint8Array([1]));
  });
});

describe('the origin of a frame', () => {
  it.each([
    ['https://app.invalid/#/chat', 'https://app.invalid'],
    ['blob:https://app.invalid/1', 'null'],
    ['about:blank', 'null'],
    ['data:text/html,x', 'null'],
    ['chrome-error://chromewebdata/', 'null'],
    ['https://', 'null'],
    ['', 'null'],
  ])('%s is %s', (address, origin) => expect(originOf(address)).toBe(origin));
});

describe('news', () => {
  it('goes out in order, one message at a time, and the rest together', async () => {
    const releases: (() => void)[] = [];
    const deliver = vi.fn((_text: string) => new Promise<void>((done) => releases.push(done)));
    const send = createNewsSender(deliver);
    for (let index = 0; index < 5; index += 1) send({ event: 'e', payload: index });
    expect(deliver).toHaveBeenCalledTimes(1);
    releases[0]?.();
    await vi.waitFor(() => expect(deliver).toHaveBeenCalledTimes(2));
    const sent = deliver.mock.calls.flatMap(([text]) => unpack(text, fromBase64) as { payload: number }[]);
    expect(sent.map(({ payload }) => payload)).toEqual([0, 1, 2, 3, 4]);
  });

  it('goes on after a message that could not be delivered', async () => {
    const deliver = vi.fn(() => Promise.reject(new Error('navigated')));
    const send = createNewsSender(deliver);
    send({ event: 'e', payload: 1 });
    await vi.waitFor(() => expect(deliver).toHaveBeenCalledTimes(1));
    send({ event: 'e', payload: 2 });
    await vi.waitFor(() => expect(deliver).toHaveBeenCalledTimes(2));
  });
});

describe('the init script', () => {
  it('builds no bridge in a frame, and takes the binding away everywhere', () => {
    const frame = { __cloisterCall: () => '', top: {}, addEventListener: () => undefined };
    runInNewContext(pageScript(), frame);
    expect(Object.keys(frame)).toEqual(['top', 'addEventListener']);
  });
});
