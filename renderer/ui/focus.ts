/** Looked for the loss of the focus for so many frames: about a second, more on a busy machine. */
const frames = 60;

/**
 * After an action that takes away what has the focus: gives it to the first of these places that is there. The loss comes
 * some frames later, when the page is drawn anew and react-aria has given the focus back to what opened a dialog.
 */
export function rescueFocus(...places: readonly string[]): void {
  let left = frames;
  const look = () => {
    left -= 1;
    if (document.activeElement !== null && document.activeElement !== document.body) {
      if (left > 0) requestAnimationFrame(look);
      return;
    }
    const found = places.map((place) => document.querySelector<HTMLElement>(place)).find((node) => node !== null);
    found?.focus({ preventScroll: true });
  };
  // Not in the first frame: a dialog that closes has lost the focus then, and gives it back in the next.
  requestAnimationFrame(() => requestAnimationFrame(look));
}
