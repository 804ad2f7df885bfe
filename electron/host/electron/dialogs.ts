import type { BrowserWindow, Dialog, OpenDialogOptions } from 'electron';
import type { Dialogs } from '../../app/ports.ts';

const properties = {
  files: ['openFile', 'multiSelections', 'dontAddToRecent'],
  folder: ['openDirectory', 'dontAddToRecent'],
} as const satisfies Record<'files' | 'folder', readonly NonNullable<OpenDialogOptions['properties']>[number][]>;

/** The system's own dialogs: the person names a path there, the page never does. */
export function createDialogs(dialog: Pick<Dialog, 'showOpenDialog'>, window: () => BrowserWindow | null): Dialogs {
  return {
    choose: async (kind) => {
      const options: OpenDialogOptions = { properties: [...properties[kind]] };
      const owner = window();
      const chosen = await (owner === null ? dialog.showOpenDialog(options) : dialog.showOpenDialog(owner, options));
      return chosen.canceled ? [] : chosen.filePaths;
    },
  };
}
