import { useEffect } from 'react';
import type { Settings } from '../../shared/contract/types.ts';

type Theme = Settings['theme'];

export interface Preferences {
  readonly dark: boolean;
  readonly moreContrast: boolean;
}

/** What the page shows for a chosen theme on this system. `ground` matters to the high-contrast theme alone. */
export function resolveTheme(
  theme: Theme,
  system: Preferences,
): { theme: 'light' | 'dark' | 'contrast'; ground: 'light' | 'dark' } {
  const ground = system.dark ? 'dark' : 'light';
  if (theme !== 'system') return { theme, ground };
  return { theme: system.moreContrast ? 'contrast' : ground, ground };
}

const queries = ['(prefers-color-scheme: dark)', '(prefers-contrast: more)'] as const;

export function useTheme(theme: Theme): void {
  useEffect(() => {
    const lists = queries.map((query) => window.matchMedia(query));
    const apply = () => {
      const [dark, contrast] = lists;
      const shown = resolveTheme(theme, { dark: dark?.matches ?? false, moreContrast: contrast?.matches ?? false });
      document.documentElement.dataset['theme'] = shown.theme;
      document.documentElement.dataset['ground'] = shown.ground;
    };
    apply();
    const ending = new AbortController();
    for (const list of lists) list.addEventListener('change', apply, { signal: ending.signal });
    return () => ending.abort();
  }, [theme]);
}
