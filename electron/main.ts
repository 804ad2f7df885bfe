import { existsSync } from 'node:fs';
import { app, BrowserWindow, dialog, ipcMain, Menu, powerMonitor, protocol, session } from 'electron';
import packageFile from '../package.json' with { type: 'json' };
import { createApplication } from './app/index.ts';
import { defaultProfile, emptyProfile } from './folders.ts';
import { startElectron } from './host/electron/index.ts';
import { createSystemKeychain } from './vault/index.ts';

// Files made by anything in this process are the person's own.
process.umask(0o077);

const named = app.commandLine.getSwitchValue('profile');
const profile = named === '' ? (process.env['CLOISTER_PROFILE'] ?? defaultProfile()) : named;
const starter = app.commandLine.getSwitchValue('node');

if (profile === '') {
  process.stderr.write(`${emptyProfile}\n`);
  app.exit(2);
} else {
  void startElectron(
    { app, BrowserWindow, dialog, ipcMain, Menu, powerMonitor, protocol, session },
    {
      profile,
      exists: existsSync,
      resourcesPath: process.resourcesPath,
      starter: starter === '' ? null : starter,
      createApplication: ({ profile, entries, dialogs }) =>
        createApplication({
          profile,
          host: 'electron',
          entries,
          keychain: createSystemKeychain({ node: entries.node, helper: entries.keychainHelper }),
          dialogs,
          version: packageFile.version,
        }),
    },
  );
}
