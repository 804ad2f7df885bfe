import { useCallback, useEffect, useRef } from 'react';
import { rescueFocus } from '../../ui/index.ts';
import { closeViewer, type Target } from './store.ts';

/** The source takes the focus when it opens, and gives it back to what opened it when it closes. Escape closes it from anywhere. */
export function useWayBack(target: Target | null) {
  const panel = useRef<HTMLElement | null>(null);
  const body = useRef<HTMLDivElement | null>(null);
  const opener = useRef<HTMLElement | null>(null);
  useEffect(() => {
    const now = document.activeElement;
    if (now instanceof HTMLElement && now !== document.body && panel.current?.contains(now) !== true)
      opener.current = now;
    body.current?.focus({ preventScroll: true });
  }, [target]);
  const leave = useCallback(() => {
    const inside = panel.current?.contains(document.activeElement) === true;
    closeViewer();
    if (!inside) return;
    opener.current?.focus({ preventScroll: true });
    rescueFocus('#composer', 'main h1');
  }, []);
  useEffect(() => {
    const ending = new AbortController();
    const hear = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      if (document.querySelector('[role=dialog], [role=alertdialog], [role=menu]') !== null) return;
      event.preventDefault();
      leave();
    };
    // On the window: an answer that Escape stops hears it first, on the document.
    window.addEventListener('keydown', hear, { signal: ending.signal });
    return () => ending.abort();
  }, [leave]);
  return { panel, body, leave };
}
