import type { Dialogs } from '../../app/ports.ts';

/** A terminal has no dialogs: paths are arguments there. */
export const terminalDialogs: Dialogs = { choose: () => Promise.resolve(null) };
