/**
 * What the window shows for the tenth of a second until our page can be served: an empty sheet in the system's colours.
 * Not our address, which nothing answers yet: the failed load raced with the devtools connection and sometimes left it
 * waiting for ever (measured, 1 start in 8).
 */
const firstSheet = 'data:text/html,<title>Cloister</title><meta name="color-scheme" content="light dark">';

/**
 * What Chromium is told beside Playwright's own switches. A window of its own for our page; incognito, because otherwise
 * Chromium writes typed text, titles and addresses of a session into its profile folder within seconds (measured,
 * `Default/Sessions`); and no errand of its own, even where it cannot be sealed in a network namespace.
 */
export function browserSwitches(size: { readonly width: number; readonly height: number }): readonly string[] {
  return [
    `--app=${firstSheet}`,
    '--incognito',
    `--window-size=${size.width},${size.height}`,
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-domain-reliability',
    '--disable-sync',
    '--disable-client-side-phishing-detection',
    '--disable-crash-reporter',
    '--no-pings',
    '--no-first-run',
    // What would go out anyway goes to a proxy that is not there (port 1 is reserved and needs root), names included.
    '--proxy-server=socks5://127.0.0.1:1',
    '--proxy-bypass-list=<-loopback>',
    '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
  ];
}

/** Of Playwright's own: the banner about automation, and an encoding of colours that suits screenshots, not people. */
export const unwantedSwitches = ['--enable-automation', '--force-color-profile=srgb'];

/** Chromium's own settings, written before its first start: it offers to keep passwords, cards and translations otherwise. */
export const browserPreferences = {
  credentials_enable_service: false,
  autofill: { profile_enabled: false, credit_card_enabled: false },
  profile: { password_manager_enabled: false },
  browser: { enable_spellchecking: false },
  spellcheck: { dictionaries: [], use_spelling_service: false },
  translate: { enabled: false },
  search: { suggest_enabled: false },
  alternate_error_pages: { enabled: false },
  dns_prefetching: { enabled: false },
} as const;
