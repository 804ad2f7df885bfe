import { useEffect } from 'react';
import { t } from '../i18n/index.ts';
import { goTo, openTalk, setPalette, type Place } from './route.ts';
import { lockNow, useSession } from './session.ts';

export interface Shortcut {
  /** The keys as written for people; `Mod` is ⌘ on a Mac and Ctrl elsewhere. */
  readonly keys: string;
  readonly words: string;
}

const s = t.settings.shortcuts;

/** Every key the window knows, in the order of the list under Settings. */
export const shortcuts: readonly Shortcut[] = [
  { keys: 'Mod+N', words: s.newChat },
  { keys: 'Mod+K', words: s.palette },
  { keys: 'Mod+L', words: s.lock },
  { keys: 'Mod+1', words: s.documents },
  { keys: 'Mod+2', words: s.models },
  { keys: 'Mod+3', words: s.record },
  { keys: 'Mod+,', words: s.settings },
  { keys: '/', words: s.composer },
  { keys: 'F6', words: s.regions },
  { keys: 'Enter', words: s.send },
  { keys: 'Shift+Enter', words: s.newLine },
  { keys: 'Esc', words: `${s.stop} · ${s.closeViewer}` },
  { keys: 'PageUp PageDown', words: s.pageTurn },
  { keys: '+ −', words: s.zoom },
];

export const isMac = (): boolean => useSession.getState().status?.platform === 'darwin';

/** `Mod+K` as this system writes it. */
export function keysFor(keys: string, mac: boolean): string {
  return mac ? keys.replace('Mod+', '⌘') : keys.replace('Mod+', 'Ctrl+');
}

export type Command = 'new-chat' | 'palette' | 'lock' | 'composer' | 'next-region' | 'previous-region' | Place;

export interface KeyPress {
  readonly key: string;
  readonly mod: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
  /** The key was pressed where text is written. */
  readonly typing: boolean;
}

const withMod: Readonly<Record<string, Command>> = {
  n: 'new-chat',
  k: 'palette',
  l: 'lock',
  '1': 'documents',
  '2': 'models',
  '3': 'record',
  ',': 'settings',
};

/** The command of a key press, or null. A plain letter never is one while somebody types. */
export function commandOf(press: KeyPress): Command | null {
  if (press.alt) return null;
  if (press.key === 'F6') return press.shift ? 'previous-region' : 'next-region';
  if (press.mod) return press.shift ? null : (withMod[press.key.toLowerCase()] ?? null);
  return press.key === '/' && !press.typing ? 'composer' : null;
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

export function focusComposer(): void {
  requestAnimationFrame(() => document.getElementById('composer')?.focus());
}

/** The parts of the window in reading order, for F6. */
function moveRegion(step: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter(
    (part) => part.offsetParent !== null,
  );
  if (regions.length === 0) return;
  const now = regions.findIndex((part) => part.contains(document.activeElement));
  const next = regions[(now + step + regions.length) % regions.length];
  const first = next?.querySelector<HTMLElement>('textarea, input, button:not([disabled]), [tabindex="0"]');
  (first ?? next)?.focus();
}

function run(command: Command): void {
  switch (command) {
    case 'new-chat':
      openTalk(null);
      focusComposer();
      return;
    case 'palette':
      setPalette(true);
      return;
    case 'lock':
      void lockNow();
      return;
    case 'composer':
    case 'talk':
      goTo('talk');
      focusComposer();
      return;
    case 'next-region':
      moveRegion(1);
      return;
    case 'previous-region':
      moveRegion(-1);
      return;
    default:
      goTo(command);
  }
}

/** Listens while the vault is open; a dialog keeps its keys to itself. */
export function useShortcuts(): void {
  useEffect(() => {
    const ending = new AbortController();
    const hear = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const mod = isMac() ? event.metaKey : event.ctrlKey;
      const command = commandOf({
        key: event.key,
        mod,
        shift: event.shiftKey,
        alt: event.altKey,
        typing: isTyping(event.target),
      });
      if (command === null || (command !== 'lock' && document.querySelector('[role=alertdialog]') !== null)) return;
      event.preventDefault();
      run(command);
    };
    window.addEventListener('keydown', hear, { signal: ending.signal });
    return () => ending.abort();
  }, []);
}
