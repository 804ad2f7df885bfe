/** Ways in which libsecret, GDBus and keytar fail, and what a person can do about each. Seen with libsecret 0.20. */
const known: readonly (readonly [RegExp, string])[] = [
  [
    /autolaunch|dbus-launch|Could not connect|Connection refused|connection is closed/i,
    'No D-Bus session is running here, so there is no system keychain. Use a passphrase, or log in to a desktop session.',
  ],
  [
    /was not provided by any \.service|ServiceUnknown|NameHasNoOwner/i,
    'No keyring service is installed. Install GNOME Keyring, KWallet or KeePassXC, or use a passphrase.',
  ],
  [
    /Object does not exist at path|No such interface|no such secret collection/i,
    'The keyring has no default collection, or it is locked. Log in to your desktop or unlock the keyring, or use a passphrase.',
  ],
  [
    /prompt|dismissed|IsLocked|locked collection/i,
    'The keyring is locked and was not unlocked. Unlock it and try again.',
  ],
  [
    /Failed to load keytar|libsecret-1|ERR_DLOPEN_FAILED|Cannot find (module|package)/i,
    'The keychain library cannot be loaded. Install libsecret (Debian: libsecret-1-0), or use a passphrase.',
  ],
];

/** A plain sentence for a failure of the keychain. Their messages carry no secrets, but stay short anyway. */
export function explainKeychainFailure(message: string): string {
  for (const [pattern, reason] of known) if (pattern.test(message)) return reason;
  return `The system keychain refused: ${message.replaceAll(/\s+/g, ' ').slice(0, 160)}`;
}

/**
 * Is there a D-Bus session to ask? Looked at before libsecret is, which otherwise starts a bus of its own under X11 and
 * leaves it running. Null: yes (or not Linux).
 */
export function missingSessionBus(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
  exists: (path: string) => boolean,
): string | null {
  if (platform !== 'linux' || (env['DBUS_SESSION_BUS_ADDRESS'] ?? '') !== '') return null;
  const runtime = env['XDG_RUNTIME_DIR'] ?? '';
  if (runtime !== '' && exists(`${runtime}/bus`)) return null;
  return explainKeychainFailure('autolaunch');
}
