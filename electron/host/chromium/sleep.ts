/** Milliseconds between two looks at the clocks. */
const every = 2_000;
/** Milliseconds of difference that are taken for a sleep. The clocks drift apart by far less between two looks. */
const asleep = 5_000;
/** Where both clocks go on in a sleep, only the look itself is late; a computer under load is late too. Milliseconds. */
const late = 30_000;

export interface Clocks {
  readonly platform: NodeJS.Platform;
  /** The time of day, which a sleep moves on. Milliseconds. */
  readonly wall: () => number;
  /** Since some moment; on Linux it stands still while the computer sleeps (CLOCK_MONOTONIC, clock_gettime(2)). */
  readonly monotonic: () => number;
}

const systemClocks: Clocks = {
  platform: process.platform,
  wall: () => Date.now(),
  monotonic: () => performance.now(),
};

/**
 * Tells that the computer has slept, within two seconds of its waking. Only after: before it sleeps no system bus is asked
 * here, for not every computer has one. A clock that somebody puts forward is taken for a sleep. Returns what ends it.
 */
export function watchForSleep(onWake: () => void, clocks: Clocks = systemClocks): () => void {
  const { platform, wall, monotonic } = clocks;
  let last = { wall: wall(), monotonic: monotonic() };
  const look = (): void => {
    const now = { wall: wall(), monotonic: monotonic() };
    const [passed, counted] = [now.wall - last.wall, now.monotonic - last.monotonic];
    last = now;
    const slept = platform === 'linux' ? passed - counted > asleep : passed > every + late;
    if (slept) onWake();
  };
  const timer = setInterval(look, every).unref();
  return () => clearInterval(timer);
}
