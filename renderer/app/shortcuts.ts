import { useEffect } from 'react';
import { neighbourOf } from '../features/chats/group.ts';
import { useChats } from '../features/chats/store.ts';
import { t } from '../i18n/index.ts';
import { moveRegion } from './regions.ts';
import { goTo, openTalk, setPalette, useRoute, type Place } from './route.ts';
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
  { keys: 'Alt+↑ Alt+↓', words: s.neighbours },
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
  return mac ? keys.replaceAll('Mod+', '⌘').replaceAll('Alt+', '⌥') : keys.replaceAll('Mod+', 'Ctrl+');
}

export type Command =
  | 'new-chat'
  | 'palette'
  | 'lock'
  | 'composer'
  | 'next-region'
  | 'previous-region'
  | 'next-talk'
  | 'previous-talk'
  | Place;

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

const withAlt: Readonly<Record<string, Command>> = { ArrowUp: 'previous-talk', ArrowDown: 'next-talk' };

/** The command of a key press, or null. A plain letter never is one while somebody types. */
export function commandOf(press: KeyPress): Command | null {
  if (press.alt) return press.mod || press.shift ? null : (withAlt[press.key] ?? null);
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

function openNeighbour(step: 1 | -1): void {
  const next = neighbourOf(useChats.getState().list ?? [], useRoute.getState().conversationId, step);
  if (next === null) return;
  openTalk(next);
  focusComposer();
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
    case 'next-talk':
      openNeighbour(1);
      return;
    case 'previous-talk':
      openNeighbour(-1);
      return;
    default:
      goTo(command);
  }
}

/** A dialog or menu keeps its keys to itself; the search box alone lets go. */
const isDialogOpen = (): boolean =>
  document.querySelector('[role=dialog]:not(.palette-dialog), [role=alertdialog], [role=menu]') !== null;

/** Listens while the vault is open. Locking works from everywhere. */
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
      if (command === null || (command !== 'lock' && isDialogOpen())) return;
      event.preventDefault();
      run(command);
    };
    window.addEventListener('keydown', hear, { signal: ending.signal });
    return () => ending.abort();
  }, []);
}
