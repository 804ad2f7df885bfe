import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchForSleep } from '../../../electron/host/chromium/sleep.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Clocks that the test moves: in a sleep the wall clock goes on, and the monotonic one only where the system says so. */
function computer(platform: NodeJS.Platform) {
  let [wall, monotonic] = [1_790_000_000_000, 5_000];
  const onWake = vi.fn();
  const stop = watchForSleep(onWake, { platform, wall: () => wall, monotonic: () => monotonic });
  const run = (milliseconds: number): void => {
    for (let passed = 0; passed < milliseconds; passed += 500) {
      wall += 500;
      monotonic += 500;
      vi.advanceTimersByTime(500);
    }
  };
  const sleep = (milliseconds: number): void => {
    wall += milliseconds;
    if (platform !== 'linux') monotonic += milliseconds;
  };
  const stall = (milliseconds: number): void => {
    wall += milliseconds;
    monotonic += milliseconds;
  };
  return { onWake, stop, run, sleep, stall, setClock: (by: number) => void (wall += by) };
}

it.each(['linux', 'darwin', 'win32'] as const)(
  'on %s a sleep is told once, within two seconds of waking',
  (platform) => {
    const { run, sleep, onWake } = computer(platform);
    run(60_000);
    sleep(3_600_000);
    expect(onWake).not.toHaveBeenCalled();
    run(2_000);
    expect(onWake).toHaveBeenCalledTimes(1);
    run(600_000);
    expect(onWake).toHaveBeenCalledTimes(1);
  },
);

it('a computer under load has not slept', () => {
  const linux = computer('linux');
  linux.run(10_000);
  linux.stall(120_000);
  linux.run(10_000);
  expect(linux.onWake).not.toHaveBeenCalled();
  const mac = computer('darwin');
  mac.run(10_000);
  mac.stall(20_000);
  mac.run(10_000);
  expect(mac.onWake).not.toHaveBeenCalled();
});

it('small corrections of the clock are not a sleep, and neither is one put back', () => {
  const { run, setClock, onWake } = computer('linux');
  for (const by of [1_000, -3_600_000, 4_000]) {
    setClock(by);
    run(4_000);
  }
  expect(onWake).not.toHaveBeenCalled();
});

it('says nothing any more once it is ended', () => {
  const { run, sleep, stop, onWake } = computer('linux');
  stop();
  sleep(3_600_000);
  run(10_000);
  expect(onWake).not.toHaveBeenCalled();
});
