/** What Chromium needs to find its display, fonts, language and session bus. No proxy, no NODE_OPTIONS, no key of anyone. */
const allowed = {
  linux: [
    'PATH',
    'HOME',
    'USER',
    'LANG',
    'LANGUAGE',
    'TZ',
    'DISPLAY',
    'XAUTHORITY',
    'WAYLAND_DISPLAY',
    'XDG_RUNTIME_DIR',
    'XDG_SESSION_TYPE',
    'XDG_CURRENT_DESKTOP',
    'XDG_DATA_DIRS',
    'XDG_CONFIG_DIRS',
    'DBUS_SESSION_BUS_ADDRESS',
    'GTK_THEME',
    'GTK_IM_MODULE',
    'QT_IM_MODULE',
    'XMODIFIERS',
    'GDK_SCALE',
    'AT_SPI_BUS_ADDRESS',
  ],
  darwin: ['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'TMPDIR', '__CF_USER_TEXT_ENCODING'],
  win32: [
    'PATH',
    'SYSTEMROOT',
    'SYSTEMDRIVE',
    'WINDIR',
    'USERPROFILE',
    'USERNAME',
    'LOCALAPPDATA',
    'APPDATA',
    'PROGRAMFILES',
    'PROGRAMFILES(X86)',
    'PROGRAMDATA',
    'TEMP',
    'TMP',
  ],
} as const;

export type Environment = Readonly<Record<string, string | undefined>>;

/** The browser's environment: the named variables and every `LC_…`, nothing else. */
export function browserEnvironment(platform: NodeJS.Platform, env: Environment): Record<string, string> {
  const names: readonly string[] = platform === 'darwin' || platform === 'win32' ? allowed[platform] : allowed.linux;
  const wanted = (name: string): boolean =>
    names.includes(platform === 'win32' ? name.toUpperCase() : name) || name.startsWith('LC_');
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => wanted(entry[0]) && entry[1] !== undefined),
  );
}
