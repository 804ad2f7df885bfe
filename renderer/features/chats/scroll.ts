import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';

/** As near to the end as this counts as at the end, in pixels. */
const near = 48;

export interface Following {
  readonly frame: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  readonly following: boolean;
  readonly toEnd: () => void;
}

const distanceToEnd = (frame: HTMLElement): number => frame.scrollHeight - frame.scrollTop - frame.clientHeight;

/**
 * Where following leads: to the newest words; of passages that came all at once, not past the question they answer, so
 * that reading starts at the first.
 */
function endOf(box: HTMLElement, inside: HTMLElement): number {
  const question = inside.querySelector('article[data-hold]:last-child')?.previousElementSibling;
  if (!(question instanceof HTMLElement)) return box.scrollHeight;
  return question.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop - near / 2;
}

/**
 * Keeps the newest words in sight while they grow, and lets go the moment the person scrolls up. Growth never counts as
 * scrolling: only a move of the person's own changes the mind.
 */
export function useFollowing(key: string): Following {
  const frame = useRef<HTMLDivElement | null>(null);
  const content = useRef<HTMLDivElement | null>(null);
  const follows = useRef(true);
  const [following, setFollowing] = useState(true);

  const toEnd = useCallback(() => {
    follows.current = true;
    setFollowing(true);
    if (frame.current !== null) frame.current.scrollTop = frame.current.scrollHeight;
  }, []);

  useEffect(() => {
    const box = frame.current;
    const inside = content.current;
    if (box === null || inside === null) return undefined;
    const ending = new AbortController();
    follows.current = true;
    box.scrollTop = endOf(box, inside);
    let lastTop = box.scrollTop;
    const onScroll = () => {
      const up = box.scrollTop < lastTop - 1;
      lastTop = box.scrollTop;
      const atEnd = distanceToEnd(box) < near;
      const next = atEnd || (follows.current && !up);
      if (next === follows.current) return;
      follows.current = next;
      setFollowing(next);
    };
    box.addEventListener('scroll', onScroll, { passive: true, signal: ending.signal });
    const observer = new ResizeObserver(() => {
      if (!follows.current) return;
      box.scrollTop = endOf(box, inside);
      lastTop = box.scrollTop;
    });
    observer.observe(inside);
    observer.observe(box);
    return () => {
      ending.abort();
      observer.disconnect();
    };
  }, [key]);

  return { frame, content, following, toEnd };
}
