import type { App } from 'electron';
import { CloisterError } from '../../../shared/errors.ts';

type WithSwitches = Pick<App, 'isPackaged'> & {
  readonly commandLine: Pick<App['commandLine'], 'hasSwitch' | 'appendSwitch'>;
};

/** Chromium runs no errand of its own: what would go out finds no name and no proxy. Node's own network is egress's. */
const chromiumSwitches: readonly (readonly [string, string?])[] = [
  ['disable-background-networking'],
  ['disable-component-update'],
  ['disable-domain-reliability'],
  ['disable-sync'],
  ['disable-breakpad'],
  ['no-pings'],
  ['host-resolver-rules', 'MAP * ~NOTFOUND'],
  ['no-proxy-server'],
  ['force-webrtc-ip-handling-policy', 'disable_non_proxied_udp'],
];

/** Each would take a wall down or open a door, and an installed program has no use for any. */
const refusedWhenPackaged = [
  'no-sandbox',
  'disable-setuid-sandbox',
  'disable-gpu-sandbox',
  'disable-web-security',
  'disable-site-isolation-trials',
  'allow-running-insecure-content',
  'remote-debugging-port',
  'remote-debugging-pipe',
  'load-extension',
  'js-flags',
] as const;

/** Throws `forbidden` when an installed Cloister is started with a switch that weakens it (an AppImage may add `--no-sandbox` by itself). */
export function refuseWeakStart(app: WithSwitches): void {
  const refused = app.isPackaged ? refusedWhenPackaged.find((name) => app.commandLine.hasSwitch(name)) : undefined;
  if (refused === undefined) return;
  throw new CloisterError(
    'forbidden',
    `Cloister does not start with --${refused}, which takes away a protection. Start it without, or install the deb or rpm package.`,
    { detail: { switch: refused } },
  );
}

export function keepChromiumQuiet(app: WithSwitches): void {
  for (const [name, value] of chromiumSwitches) app.commandLine.appendSwitch(name, value);
}
