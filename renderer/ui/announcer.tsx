import { create } from 'zustand';

const useAnnouncements = create<{ readonly polite: string; readonly turn: number }>(() => ({ polite: '', turn: 0 }));

/** Says something to people who do not see the page, after what is being read now. */
export function announce(text: string): void {
  useAnnouncements.setState(({ turn }) => ({ polite: text, turn: turn + 1 }));
}

/** Stands once in the page. The alternating space makes the same words said twice be heard twice. */
export function Announcer() {
  const { polite, turn } = useAnnouncements();
  return (
    <div role="status" aria-live="polite" aria-atomic="true" className="unseen">
      {polite}
      {turn % 2 === 0 ? '' : '\u00a0'}
    </div>
  );
}
