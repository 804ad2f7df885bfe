import { describe, expect, it } from 'vitest';
import { createLine } from '../../../electron/inference/stages/line.ts';

const never = new AbortController().signal;

/** Lets everybody who may go in do so. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function lineOf(places: number, longest = 100, longestOfOne = 100) {
  const line = createLine({ places, longest, longestOfOne });
  const entered: string[] = [];
  const leave = new Map<string, () => void>();
  const come = (who: string, name = who, signal = never): Promise<void> =>
    line.wait(who, signal).then((given) => {
      entered.push(name);
      leave.set(name, given);
    });
  return { come, entered, leave: (name: string) => leave.get(name)?.() };
}

describe('the line before the engine', () => {
  it('lets in as many as there are places, and one for each that leaves', async () => {
    const { come, entered, leave } = lineOf(2);
    void come('a', '1');
    void come('a', '2');
    void come('a', '3');
    await settled();
    expect(entered).toEqual(['1', '2']);
    leave('1');
    leave('1');
    await settled();
    expect(entered).toEqual(['1', '2', '3']);
  });

  it('gives everybody a turn before anybody has the next one', async () => {
    const { come, entered, leave } = lineOf(1);
    void come('first');
    for (const name of ['a1', 'a2', 'a3']) void come('a', name);
    void come('b', 'b1');
    void come('c', 'c1');
    void come('b', 'b2');
    await settled();
    for (const name of ['first', 'a1', 'b1', 'c1', 'a2', 'b2']) {
      leave(name);
      await settled();
    }
    expect(entered).toEqual(['first', 'a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  });

  it('forgets who gave up, and passes nobody over for it', async () => {
    const { come, entered, leave } = lineOf(1);
    const gone = new AbortController();
    void come('first');
    const left = come('a', 'a1', gone.signal);
    void come('b', 'b1');
    await settled();
    gone.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    leave('first');
    await settled();
    expect(entered).toEqual(['first', 'b1']);
    await expect(come('a', 'a2', gone.signal)).rejects.toThrow('left');
  });

  it('sends away when too many wait, and takes the next one when somebody left', async () => {
    const { come, leave } = lineOf(1, 2, 1);
    void come('first');
    void come('a', 'a1');
    await settled();
    await expect(come('a', 'a2')).rejects.toMatchObject({ code: 'busy' });
    void come('b', 'b1');
    await settled();
    await expect(come('c', 'c1')).rejects.toMatchObject({ code: 'busy' });
    leave('first');
    await settled();
    const late = come('c', 'c1');
    leave('a1');
    await settled();
    leave('b1');
    await late;
  });
});
