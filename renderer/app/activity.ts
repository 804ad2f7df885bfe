import { attempt } from '../bridge/index.ts';

/** Milliseconds between two tellings; a vault that locks by itself may lock this much early. */
const every = 15_000;

const inputs = ['keydown', 'pointerdown', 'pointermove', 'wheel', 'touchmove'] as const;

/** Tells the application now and then that a person is there. It decides what follows; a script's events do not count. */
export function followActivity(signal: AbortSignal): void {
  let toldAt = -Infinity;
  const hear = (event: Event): void => {
    if (!event.isTrusted || performance.now() - toldAt < every) return;
    toldAt = performance.now();
    void attempt('app.active', {});
  };
  for (const name of inputs) window.addEventListener(name, hear, { signal, capture: true, passive: true });
}
