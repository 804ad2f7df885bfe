import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EngineLog, redact } from '../../../electron/engine/supervisor/log.ts';
import {
  atRest,
  delayAfter,
  rules,
  step,
  type Event,
  type Model,
} from '../../../electron/engine/supervisor/machine.ts';

const run = (events: readonly Event[], from: Model = atRest): Model =>
  events.reduce((model, event) => step(model, event)[0], from);
const fell = (at: number, reason = 'it fell'): Event => ({ type: 'fell', reason, at });
const missed: Event = { type: 'probed', alive: false };

describe('the supervisor as a function', () => {
  it.each<[string, Event[], Model['state']]>([
    ['starts', [{ type: 'start' }], 'starting'],
    ['is ready when it answers', [{ type: 'start' }, { type: 'ready' }], 'ready'],
    ['is degraded after one miss', [{ type: 'start' }, { type: 'ready' }, missed], 'degraded'],
    ['recovers', [{ type: 'start' }, { type: 'ready' }, missed, { type: 'probed', alive: true }], 'ready'],
    ['comes back after a fall', [{ type: 'start' }, { type: 'ready' }, fell(1)], 'starting'],
    ['stops', [{ type: 'start' }, { type: 'ready' }, { type: 'stop' }], 'stopping'],
    ['is at rest when nothing is left', [{ type: 'start' }, { type: 'ready' }, { type: 'stop' }, fell(1)], 'stopped'],
    ['stops while starting', [{ type: 'start' }, { type: 'stop' }, { type: 'stopped' }], 'stopped'],
    ['does not come up after a stop', [{ type: 'start' }, { type: 'stop' }, { type: 'ready' }], 'stopping'],
    [
      'gives up at once when hopeless',
      [{ type: 'start' }, { type: 'fell', reason: 'x', final: true, at: 1 }],
      'failed',
    ],
    [
      'starts again after it was given up',
      [{ type: 'start' }, { type: 'fell', reason: 'x', final: true, at: 1 }, { type: 'start' }],
      'starting',
    ],
  ])('%s', (_case, events, state) => {
    expect(run(events).state).toBe(state);
  });

  it('gives up after several falls inside the window, with the reason', () => {
    const falls = Array.from({ length: rules.fallsUntilFailed }, (_, index) => fell(index * 1000, `fall ${index}`));
    expect(run([{ type: 'start' }, ...falls])).toMatchObject({
      state: 'failed',
      reason: `fall ${rules.fallsUntilFailed - 1}`,
    });
  });

  it('forgives falls that are long past', () => {
    const falls = Array.from({ length: 20 }, (_, index) => fell(index * rules.window));
    expect(run([{ type: 'start' }, ...falls]).state).toBe('starting');
  });

  it('ends a hung engine after several misses, and says that it hung', () => {
    let model = run([{ type: 'start' }, { type: 'ready' }]);
    for (let miss = 1; miss <= rules.missesUntilRestart; miss++) {
      const [next, effects] = step(model, missed);
      model = next;
      expect(effects).toEqual(miss === rules.missesUntilRestart ? [{ type: 'end' }] : []);
    }
    expect(run([fell(1, 'ended by SIGTERM')], model)).toMatchObject({
      state: 'starting',
      restarts: 1,
      reason: 'the engine did not answer',
    });
  });

  it('waits longer each time, up to a limit, and never less than half', () => {
    expect([1, 2, 3, 4].map((falls) => delayAfter(falls, 1))).toEqual([250, 500, 1000, 2000]);
    expect(delayAfter(50, 1)).toBe(rules.longestDelay);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.double({ min: 0, max: 1, noNaN: true }), (falls, chance) => {
        const delay = delayAfter(falls, chance);
        return delay >= delayAfter(falls, 1) / 2 - 1 && delay <= delayAfter(falls, 1);
      }),
    );
  });

  it('launches only into `starting`, and ends only what runs or starts, whatever happens', () => {
    const event = fc.oneof(
      fc.constantFrom<Event>({ type: 'start' }, { type: 'ready' }, { type: 'stop' }, { type: 'stopped' }, missed),
      fc.record({ type: fc.constant('fell' as const), reason: fc.constant('r'), final: fc.boolean(), at: fc.nat(1e6) }),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        let model = atRest;
        for (const happened of events) {
          const before = model.state;
          const [next, effects] = step(model, happened);
          for (const effect of effects) {
            if (effect.type === 'launch') expect(next.state).toBe('starting');
            if (effect.type === 'end') expect(['starting', 'ready', 'degraded']).toContain(before);
          }
          model = next;
        }
      }),
    );
  });
});

describe('the kept log', () => {
  it.each([
    ['open /home/ada/.local/share/Cloister/models/blobs/sha256-ab: no', '/home/ada'],
    [String.raw`open C:\Users\Ada\AppData\x.gguf`, 'Users'],
    [`msg="${'what is in the contract of miss lovelace '.repeat(4)}"`, 'lovelace'],
    [`{'q': '${'secret words of a person '.repeat(6)}'}`, 'secret'],
  ])('keeps nothing of what could be content in %j', (line, forbidden) => {
    expect(redact(line)).not.toContain(forbidden);
  });

  it('keeps what helps', () => {
    const line =
      'time=2026-11-20T20:41:20.217Z level=ERROR source=server.go:12 msg="llama-server terminated" error="exit status 1"';
    expect(redact(line)).toBe(line);
    expect(redact('[GIN] | 200 | 1ms | 127.0.0.1 | POST "/api/chat"')).toContain('/api/chat');
  });

  it('cuts whatever is long and cannot steer a terminal', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 2000, unit: 'binary' }), (line) => {
        const kept = redact(line);
        const steering = /[\u0000-\u001f\u007f-\u009f]/.test(kept);
        return kept.length <= 240 && !steering && kept.split(/\s+/).every((word) => word.length <= 80);
      }),
    );
  });

  it('is a ring and knows the last line that sounds like a reason', () => {
    const log = new EngineLog(3);
    for (const line of ['one', 'level=ERROR two', 'three', 'four', '"prompt": "x"']) log.add(line);
    expect(log.lines()).toEqual(['level=ERROR two', 'three', 'four']);
    expect(log.lastTrouble()).toBe('level=ERROR two');
    log.clear();
    expect(log.lastTrouble()).toBeNull();
  });
});
