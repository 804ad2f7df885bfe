import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isByPerson } from '../../../electron/app/activity.ts';
import { createIdleLock } from '../../../electron/app/idle-lock.ts';
import { decideIdleLock } from '../../../electron/app/settings.ts';
import { createUnderWay } from '../../../electron/app/under-way.ts';
import type { InferenceEvent, InferencePath } from '../../../electron/inference/types.ts';
import { methodNames } from '../../../shared/contract/names.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const minute = 60_000;

function watched(minutes: number | null) {
  const lock = vi.fn();
  let busy = false;
  const idle = createIdleLock({ now: () => performance.now(), isBusy: () => busy, lock });
  idle.watch(minutes);
  return { idle, lock, setBusy: (next: boolean) => void (busy = next) };
}

describe('an idle vault', () => {
  it('locks after its time, once', async () => {
    const { lock } = watched(15);
    await vi.advanceTimersByTimeAsync(15 * minute - 1);
    expect(lock).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(lock).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(600 * minute);
    expect(lock).toHaveBeenCalledTimes(1);
  });

  it('stays open while a person does something, and locks after the last of it', async () => {
    const { idle, lock } = watched(5);
    for (let times = 0; times < 20; times += 1) {
      await vi.advanceTimersByTimeAsync(4 * minute);
      idle.touch();
    }
    expect(lock).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(5 * minute);
    expect(lock).toHaveBeenCalledTimes(1);
  });

  it('waits for work under way, and locks within seconds of its end', async () => {
    const { lock, setBusy } = watched(5);
    setBusy(true);
    await vi.advanceTimersByTimeAsync(90 * minute);
    expect(lock).not.toHaveBeenCalled();
    setBusy(false);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(lock).toHaveBeenCalledTimes(1);
  });

  it('that was waited for stays open when the person comes back meanwhile', async () => {
    const { idle, lock, setBusy } = watched(5);
    setBusy(true);
    await vi.advanceTimersByTimeAsync(30 * minute);
    idle.touch();
    setBusy(false);
    await vi.advanceTimersByTimeAsync(4 * minute);
    expect(lock).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(minute);
    expect(lock).toHaveBeenCalledTimes(1);
  });

  it('never locks where it is off, and follows another limit at once', async () => {
    const { idle, lock } = watched(null);
    await vi.advanceTimersByTimeAsync(600 * minute);
    expect(lock).not.toHaveBeenCalled();
    idle.watch(5);
    await vi.advanceTimersByTimeAsync(5 * minute);
    expect(lock).toHaveBeenCalledTimes(1);
  });

  it('does nothing once it is locked otherwise', async () => {
    const { idle, lock } = watched(5);
    idle.stop();
    await vi.advanceTimersByTimeAsync(60 * minute);
    expect(lock).not.toHaveBeenCalled();
  });
});

describe('when it locks', () => {
  it.each([
    [undefined, 'passphrase', null, '15'],
    [undefined, 'keychain', null, 'off'],
    [undefined, 'memory', null, 'off'],
    ['off', 'passphrase', null, 'off'],
    ['60', 'keychain', null, '60'],
    [undefined, 'keychain', '15', '15'],
    ['off', 'keychain', '5', '5'],
    ['60', 'passphrase', '15', '15'],
    ['5', 'passphrase', '15', '5'],
    ['15', 'passphrase', '15', '15'],
    [undefined, 'passphrase', '60', '15'],
  ] as const)('chosen %s, key from %s, at most %s: %s', (chosen, keySource, atMost, expected) => {
    expect(decideIdleLock(chosen, keySource, atMost)).toBe(expected);
  });
});

describe('what puts it off', () => {
  it('is what a person does, and nothing that the page reads by itself', () => {
    for (const name of ['app.active', 'chats.send', 'documents.upload', 'search.query', 'settings.set'])
      expect(isByPerson(name), name).toBe(true);
    const byItself = ['app.status', 'app.doctor', 'settings.get', 'chats.list', 'chats.get', 'collections.list', 'documents.list', 'viewer.bytes', 'viewer.page', 'models.list', 'models.rules', 'audit.list']; // prettier-ignore
    for (const name of byItself) {
      expect(methodNames).toContain(name);
      expect(isByPerson(name), name).toBe(false);
    }
  });
});

describe('work under way', () => {
  it('is counted until its end, also a bad one', async () => {
    const underWay = createUnderWay();
    let finish: () => void = () => undefined;
    const first = underWay.during(() => new Promise<void>((resolve) => (finish = resolve)));
    const second = underWay.during(() => Promise.reject(new Error('it failed')));
    expect(underWay.isBusy).toBe(true);
    await expect(second).rejects.toThrow('it failed');
    expect(underWay.isBusy).toBe(true);
    finish();
    await first;
    expect(underWay.isBusy).toBe(false);
  });

  it('is each question from its first step to its last, to its failure, or to a caller who leaves', async () => {
    const underWay = createUnderWay();
    const path: InferencePath = {
      stopAll: async () => undefined,
      async *run(request) {
        yield { type: 'delta', text: 'a' } satisfies InferenceEvent;
        if (request.question === 'fail') throw new Error('it failed');
        yield { type: 'delta', text: 'b' } satisfies InferenceEvent;
      },
    };
    const counting = underWay.counting(path);
    const ask = (question: string) =>
      counting.run(
        { id: 'r', token: '', origin: 'page', mode: 'quotes', question, history: [] },
        new AbortController().signal,
      );
    const seen: boolean[] = [];
    const look = async (question: string, until = Infinity): Promise<void> => {
      for await (const event of ask(question)) {
        expect(event.type).toBe('delta');
        seen.push(underWay.isBusy);
        if (seen.length === until) break;
      }
    };
    await look('whole');
    expect([seen, underWay.isBusy]).toEqual([[true, true], false]);
    await expect(look('fail')).rejects.toThrow('it failed');
    expect([seen.length, underWay.isBusy]).toEqual([3, false]);
    await look('leave', 4);
    expect([seen.at(-1), underWay.isBusy]).toEqual([true, false]);
  });
});
