/**
 * After an action that took away what had the focus: gives it to the first of these places that is there. Two frames later,
 * because react-aria gives it back to what opened a dialog in the first.
 */
export function rescueFocus(...places: readonly string[]): void {
  const look = () => {
    if (document.activeElement !== null && document.activeElement !== document.body) return;
    const found = places.map((place) => document.querySelector<HTMLElement>(place)).find((node) => node !== null);
    found?.focus({ preventScroll: true });
  };
  requestAnimationFrame(() => requestAnimationFrame(look));
}
