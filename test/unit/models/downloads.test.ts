import fc from 'fast-check';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { checkBeside } from '../../../electron/models/downloads/check-beside.ts';
import { createLines } from '../../../electron/models/downloads/line.ts';
import { asCloisterError } from '../../../electron/models/downloads/one-download.ts';
import { Parts, partBytes } from '../../../electron/models/downloads/parts.ts';
import { createRate } from '../../../electron/models/downloads/rate.ts';
import { createRuns, nextLength } from '../../../electron/models/downloads/runs.ts';
import { createTurns } from '../../../electron/models/downloads/turns.ts';
import { parseChallenge } from '../../../electron/models/registry/sign-in.ts';

const never = new AbortController().signal;

describe('the parts of a layer', () => {
  const size = 5 * partBytes + 1000;

  it('know what is there without a gap, whatever the order in which it came', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ part: fc.integer({ min: 0, max: 5 }), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
          {
            maxLength: 40,
          },
        ),
        (steps) => {
          const parts = new Parts(size);
          const there = Array.from({ length: parts.count }, () => 0);
          for (const { part, share } of steps) {
            const bytes = Math.floor((parts.length(part) - parts.received(part)) * share);
            parts.add(part, bytes);
            there[part]! += bytes;
          }
          const gap = there.findIndex((bytes, part) => bytes < parts.length(part));
          expect(parts.prefix).toBe(gap < 0 ? size : gap * partBytes + there[gap]!);
          expect(parts.done).toBe(there.reduce((sum, bytes) => sum + bytes, 0));
          const again = Parts.read(parts.journal(), size);
          expect(again?.journal()).toEqual(parts.journal());
          expect([again?.prefix, again?.done, again?.reach]).toEqual([parts.prefix, parts.done, parts.reach]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('change four bytes of their journal for a part, at its place', () => {
    const parts = new Parts(size);
    const journal = parts.journal();
    parts.add(3, 77);
    journal.writeUInt32LE(parts.received(3), parts.entry(3));
    expect(journal).toEqual(parts.journal());
  });

  it.each<[string, (journal: Buffer) => Buffer]>([
    ['is cut', (journal) => journal.subarray(0, -1)],
    ['is longer', (journal) => Buffer.concat([journal, Buffer.alloc(4)])],
    ['is of another kind', (journal) => (journal.write('x', 0), journal)],
    ['is of another layer', (journal) => (journal.writeBigUInt64LE(1n, 16), journal)],
    ['has parts of another length', (journal) => (journal.writeUInt32LE(1, 24), journal)],
    ['says that a part is longer than it is', (journal) => (journal.writeUInt32LE(partBytes + 1, 28), journal)],
    ['says that the last part is longer than it is', (journal) => (journal.writeUInt32LE(1001, 48), journal)],
  ])('are not taken from a journal that %s', (_, change) => {
    expect(Parts.read(change(new Parts(size).journal()), size)).toBeNull();
  });

  it('tell what is missing between two bytes, of each part one run', () => {
    const parts = new Parts(size);
    parts.add(1, 100);
    parts.add(2, partBytes);
    const [one, three, four] = [partBytes, 3 * partBytes, 4 * partBytes];
    expect(parts.missing(one + 100, three + 5)).toEqual([
      { part: 1, start: one + 100, end: 2 * partBytes },
      { part: 3, start: three, end: three + 5 },
    ]);
    expect(parts.missing(four, size).map(({ part }) => part)).toEqual([4, 5]);
    expect(parts.missing(0, size).reduce((sum, { start, end }) => sum + end - start, 0)).toBe(size - parts.done);
  });

  it('begin with a file that came in order', () => {
    const parts = Parts.beginning(size, 2 * partBytes + 5);
    expect([parts.prefix, parts.done, parts.reach]).toEqual([2 * partBytes + 5, 2 * partBytes + 5, 2 * partBytes + 5]);
  });
});

describe('runs of parts', () => {
  it('hand out every missing part once, and never one that is there in part but as their first', () => {
    const received = fc.array(fc.constantFrom(0, 0, 0, 100, partBytes), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(received, fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1 }), (there, wishes) => {
        const parts = new Parts(there.length * partBytes, Uint32Array.from(there));
        const claim = createRuns(parts, 4);
        const got: number[] = [];
        for (
          let turn = 0, run = claim(wishes[0]!);
          run !== null;
          turn += 1, run = claim(wishes[turn % wishes.length]!)
        ) {
          const wished = turn === 0 ? wishes[0]! : wishes[turn % wishes.length]!;
          expect(run.last - run.first + 1).toBeLessThanOrEqual(wished);
          for (let part = run.first; part <= run.last; part += 1) {
            got.push(part);
            if (part > run.first) expect(parts.received(part)).toBe(0);
          }
        }
        const missing = there.flatMap((bytes, part) => (bytes < partBytes ? [part] : []));
        expect(got).toEqual(missing);
      }),
      { numRuns: 200 },
    );
  });

  it('share the end between the lanes', () => {
    const claim = createRuns(new Parts(8 * partBytes), 4);
    expect([claim(4), claim(4), claim(4)]).toEqual([
      { first: 0, last: 1 },
      { first: 2, last: 2 },
      { first: 3, last: 3 },
    ]);
  });

  it('are longer on a line where asking costs more than sending', () => {
    expect([nextLength(1, 0.05), nextLength(2, 0.1), nextLength(4, 0.2)]).toEqual([2, 4, 4]);
    expect([nextLength(1, 0.5), nextLength(4, 2.4), nextLength(4, 8)]).toEqual([1, 4, 1]);
  });
});

describe('a line', () => {
  it('gives one download four connections, and two of them three each, by turns', async () => {
    const line = createLines()('host');
    const free: Record<string, (() => void)[]> = { one: [], two: [] };
    const want = (owner: string): void => void line.take(owner, never).then((giveBack) => free[owner]!.push(giveBack));
    const counts = async (): Promise<number[]> => (await pause(1), [free['one']!.length, free['two']!.length]);
    for (let lane = 0; lane < 8; lane += 1) want('one');
    expect(await counts()).toEqual([4, 0]);
    for (let lane = 0; lane < 8; lane += 1) want('two');
    expect(await counts()).toEqual([4, 2]);
    free['one']!.pop()!();
    expect(await counts()).toEqual([3, 3]);
    free['two']!.pop()!();
    expect(await counts()).toEqual([3, 3]);
  });

  it('lets go of who waits no more, and keeps hosts apart', async () => {
    const lines = createLines();
    const stop = new AbortController();
    const held = await Promise.all(Array.from({ length: 4 }, () => lines('a').take('one', never)));
    const waiting = lines('a').take('one', stop.signal);
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await lines('b').take('one', never);
    held[0]!();
    await lines('a').take('one', never);
    await expect(lines('a').take('one', stop.signal)).rejects.toThrow('enough');
  });
});

describe('a rate', () => {
  it('is the plain average at the beginning, and follows a change in seconds', () => {
    const rate = createRate();
    expect([rate.perSecond(), rate.remaining(100)]).toEqual([0, null]);
    let done = 5000;
    for (let second = 0; second <= 10; second += 1) rate.note((done += second === 0 ? 0 : 100), second * 1000);
    expect(rate.perSecond()).toBeCloseTo(100);
    expect(rate.remaining(1000)).toBe(10);
    for (let second = 11; second <= 20; second += 1) rate.note((done += 1000), second * 1000);
    expect(rate.perSecond()).toBeGreaterThan(850);
    rate.note(done, 60_000);
    expect(rate.perSecond()).toBeLessThan(1);
    expect(rate.remaining(5)).toBeNull();
    rate.reset();
    expect(rate.perSecond()).toBe(0);
  });
});

describe('a check that begins before all is hashed', () => {
  it('begins with the last layer, once', async () => {
    let begun = 0;
    const check = checkBeside(2, async () => void (begun += 1), never);
    check.written();
    expect(begun).toBe(0);
    check.written();
    await check.verdict();
    expect(begun).toBe(1);
  });

  it('begins with the question where nothing had to come', async () => {
    const check = checkBeside(0, () => Promise.reject(new Error('refused')), never);
    await expect(check.verdict()).rejects.toThrow('refused');
  });

  it('is stopped and waited for when a hash does not hold; nobody hears what it found', async () => {
    const seen: string[] = [];
    const check = checkBeside(
      1,
      async (signal) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        await pause(20);
        seen.push('ended');
        throw new Error('refused');
      },
      never,
    );
    check.written();
    await check.drop();
    expect(seen).toEqual(['ended']);
  });
});

describe('turns', () => {
  it('come one after the other under one key, and at once under two', async () => {
    const during = createTurns<string>();
    const seen: string[] = [];
    const work = (key: string, word: string, wait: number) =>
      during(key, never, async () => {
        seen.push(`${word} begins`);
        await pause(wait);
        seen.push(`${word} ends`);
      });
    await Promise.all([work('a', 'one', 30), work('a', 'two', 1), work('b', 'three', 1)]);
    expect(seen).toEqual(['one begins', 'three begins', 'three ends', 'one ends', 'two begins', 'two ends']);
  });

  it('go on after one that failed, and after one that waits no more', async () => {
    const during = createTurns<string>();
    const stop = new AbortController();
    const first = during('a', never, () => pause(20).then(() => Promise.reject(new Error('failed'))));
    const second = during('a', stop.signal, () => Promise.resolve('never'));
    const third = during('a', never, () => Promise.resolve('third'));
    stop.abort(new Error('enough'));
    await expect(second).rejects.toThrow('enough');
    await expect(first).rejects.toThrow('failed');
    await expect(third).resolves.toBe('third');
  });
});

describe('a download that failed', () => {
  const told = (thrown: unknown) => asCloisterError(thrown, 'host', new AbortController().signal);
  const system = (code: string) => Object.assign(new Error(code), { code });

  it.each([
    [system('ENOSPC'), 'disk_full', /disk is full/],
    [system('ECONNREFUSED'), 'not_available', /could not be reached/],
    [system('ETIMEDOUT'), 'not_available', /in time/],
    [new DOMException('', 'TimeoutError'), 'not_available', /in time/],
  ])('with %s says so', (thrown, code, message) => {
    expect(told(thrown)).toMatchObject({ code, message: expect.stringMatching(message) as string });
  });
});

describe('a challenge', () => {
  it.each([
    ['Bearer realm="https://a/t",service="s",scope="x"', { realm: 'https://a/t', service: 's' }],
    ['bearer service="s", realm="https://a/t"', { realm: 'https://a/t', service: 's' }],
    ['Bearer realm="https://a/t"', { realm: 'https://a/t', service: null }],
    ['Basic realm="https://a/t"', null],
    ['Bearer realm=https://a/t', null],
    [null, null],
  ])('%s is read', (header, read) => {
    expect(parseChallenge(header)).toEqual(read);
  });

  it('longer than any is not read', () => {
    expect(parseChallenge(`Bearer realm="${'x'.repeat(3000)}"`)).toBeNull();
  });
});
