import type { MenuItemConstructorOptions } from 'electron';

/**
 * Roles only, and locking. No developer tools and no reload in an installed program, no link to anywhere, and no recent
 * documents, which the system would keep in the clear.
 */
export function menuTemplate(platform: NodeJS.Platform, lock: () => void): MenuItemConstructorOptions[] {
  const lockItem: MenuItemConstructorOptions = { label: 'Lock', accelerator: 'CmdOrCtrl+Shift+L', click: lock };
  const first: MenuItemConstructorOptions =
    platform === 'darwin'
      ? {
          label: 'Cloister',
          submenu: [
            { role: 'about' },
            { type: 'separator' },
            lockItem,
            { type: 'separator' },
            { role: 'hide' },
            { role: 'unhide' },
            { role: 'quit' },
          ],
        }
      : { label: 'File', submenu: [lockItem, { type: 'separator' }, { role: 'quit' }] };
  return [
    first,
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
  ];
}
