import fc from 'fast-check';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { framingOf } from '../../../electron/egress/thread/framing.ts';
import { parseHead } from '../../../electron/egress/thread/response-head.ts';
import { Saver } from '../../../electron/egress/thread/saver.ts';
import { createSilence } from '../../../electron/egress/thread/silence.ts';

const head = (...lines: string[]) => parseHead(['HTTP/1.1 200 OK', ...lines].join('\r\n'));
const notHttp = expect.objectContaining({ failure: expect.objectContaining({ kind: 'not_http' }) });
const thrownBy = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (thrown) {
    return thrown;
  }
};

describe('the head of an answer', () => {
  it('gives status and fields, by lower-case name; null where one stands twice', () => {
    const read = parseHead('HTTP/1.1 206 Partial Content\r\nContent-Length:  5 \r\nX-A: 1\r\nx-a: 2\r\nEmpty:');
    expect(read.status).toBe(206);
    expect([...read.headers]).toEqual([
      ['content-length', '5'],
      ['x-a', null],
      ['empty', ''],
    ]);
  });

  it.each([
    ['HTTP/1.1 200', true],
    ['HTTP/1.1 200 \r\nConnection: keep-alive', true],
    ['HTTP/1.1 200 OK\r\nConnection: Close', false],
    ['HTTP/1.1 200 OK\r\nConnection: a\r\nConnection: close', false],
    ['HTTP/1.0 200 OK', false],
  ])('%j: the connection stays open: %s', (text, stays) => {
    expect(parseHead(text).staysOpen).toBe(stays);
  });

  it.each([
    '',
    'HTTP/2 200 OK',
    'HTTP/1.1 99 x',
    'HTTP/1.1 2000 x',
    'HTTP/1.1  200 x',
    ' HTTP/1.1 200 OK',
    'HTTP/1.1 200 OK\nX: 1',
    'HTTP/1.1 200 OK\r\n folded',
    'HTTP/1.1 200 OK\r\nX: 1\r\n folded',
    'HTTP/1.1 200 OK\r\nX : 1',
    'HTTP/1.1 200 OK\r\nno colon',
    'HTTP/1.1 200 OK\r\nX: a\0b',
    'HTTP/1.1 200 OK\r\nX: a\rb',
    `HTTP/1.1 200 OK${'\r\nx: 1'.repeat(129)}`,
  ])('is refused: %j', (text) => {
    expect(thrownBy(() => parseHead(text))).toEqual(notHttp);
  });
});

describe('the framing of a body', () => {
  /** The body as it comes out when the bytes come in pieces of these lengths. */
  function split(text: string, lengths: readonly number[], ...fields: string[]) {
    const framing = framingOf(head(...fields), 'GET');
    const out: Buffer[] = [];
    let held = Buffer.alloc(0);
    let rest = Buffer.from(text, 'latin1');
    for (let turn = 0; rest.length > 0; turn += 1) {
      const length = Math.max(1, lengths[turn % lengths.length] ?? rest.length);
      held = Buffer.concat([held, rest.subarray(0, length)]);
      rest = rest.subarray(length);
      held = held.subarray(framing.take(held, (piece) => out.push(Buffer.from(piece))));
    }
    return { body: Buffer.concat(out).toString('latin1'), left: held.length, framing };
  }

  it('in chunks is the same however it is cut', () => {
    const chunks = fc.array(fc.string({ minLength: 1, maxLength: 40, unit: 'binary-ascii' }), { maxLength: 8 });
    fc.assert(
      fc.property(chunks, fc.array(fc.nat(20), { minLength: 1, maxLength: 6 }), (pieces, lengths) => {
        const text = pieces.map((each) => `${each.length.toString(16)};a=b\r\n${each}\r\n`).join('');
        const { body, left, framing } = split(
          `${text}0\r\nTrailer: 1\r\n\r\nxy`,
          lengths,
          'Transfer-Encoding: chunked',
        );
        expect(body).toBe(pieces.join(''));
        expect(framing.isOver).toBe(true);
        expect(left).toBeLessThanOrEqual(2);
      }),
      { numRuns: 300 },
    );
  });

  it('by length ends with it; what follows is not its own', () => {
    const { body, left, framing } = split('hello and more', [3], 'Content-Length: 5');
    expect([body, left, framing.isOver, framing.least]).toEqual(['hello', 9, true, 0]);
  });

  it('without either lasts as long as the connection', () => {
    const { body, framing } = split('hello', [2]);
    expect([body, framing.isOver, framing.endsWithConnection]).toEqual(['hello', false, true]);
  });

  it.each<[string, string[]]>([
    ['two lengths', ['Content-Length: 5', 'Content-Length: 5']],
    ['a length of another kind', ['Content-Length: 5, 5']],
    ['a negative length', ['Content-Length: -1']],
    ['a length with a sign', ['Content-Length: +5']],
    ['a length and chunks', ['Content-Length: 5', 'Transfer-Encoding: chunked']],
    ['another coding', ['Transfer-Encoding: gzip, chunked']],
    ['two codings', ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked']],
  ])('is refused with %s', (_, fields) => {
    expect(thrownBy(() => framingOf(head(...fields), 'GET'))).toEqual(notHttp);
  });

  it.each(['x\r\n', '-1\r\n', '5 5\r\n', '1\r\nab\r\n', '0'.repeat(5000), `0\r\n${'a: b\r\n'.repeat(40)}\r\n`])(
    'in chunks is refused: %j',
    (text) => {
      expect(thrownBy(() => split(text, [7], 'Transfer-Encoding: chunked'))).toEqual(notHttp);
    },
  );
});

describe('saving', () => {
  it('writes the runs that are wanted, notes what is there, and stops at the first byte too much', () => {
    const folder = mkdtempSync(join(tmpdir(), 'cloister-saver-'));
    const [descriptor, notes] = [openSync(join(folder, 'data'), 'w+'), openSync(join(folder, 'notes'), 'w+')];
    try {
      const run = (start: number, end: number, position: number) => ({
        start,
        end,
        note: { position, base: start - 2 },
      });
      const saver = new Saver({ descriptor, notes, from: 10, until: 30, kept: [run(12, 15, 0), run(20, 28, 4)] });
      const text = 'abcdefghijklmnopqrst';
      for (let offset = 0; offset < text.length; offset += 3) saver.write(Buffer.from(text.slice(offset, offset + 3)));
      expect(saver.done).toBe(20);
      const data = readFileSync(join(folder, 'data'));
      expect(data.subarray(12, 15).toString()).toBe('cde');
      expect(data.subarray(20).toString()).toBe('klmnopqr');
      expect(data.subarray(15, 20).every((byte) => byte === 0)).toBe(true);
      const noted = readFileSync(join(folder, 'notes'));
      expect([noted.readUInt32LE(0), noted.readUInt32LE(4)]).toEqual([5, 10]);
      expect(thrownBy(() => saver.write(Buffer.from('x')))).toMatchObject({ failure: { kind: 'too_much' } });
    } finally {
      closeSync(descriptor);
      closeSync(notes);
      rmSync(folder, { recursive: true });
    }
  });
});

describe('silence', () => {
  it('is told after its time, and not while something is heard or nobody listens', async () => {
    let told = 0;
    const silence = createSilence(60, () => (told += 1));
    silence.listen();
    for (let turn = 0; turn < 5; turn += 1) {
      await pause(30);
      silence.heard();
    }
    silence.rest();
    await pause(150);
    expect(told).toBe(0);
    silence.listen();
    await pause(150);
    expect(told).toBe(1);
    silence.rest();
  });
});
