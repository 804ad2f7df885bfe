import type { App, WebContents } from 'electron';
import { decideNavigation } from '../shared/index.ts';
import { origin } from './scheme.ts';

type GuardedContents = Pick<WebContents, 'on' | 'setWindowOpenHandler' | 'setWebRTCIPHandlingPolicy'>;

interface Navigation {
  readonly url: string;
  preventDefault(): void;
}

/** Every contents that Electron ever makes, ours or not, is guarded from its first moment. */
export function guardEveryContents(app: Pick<App, 'on'>): void {
  app.on('web-contents-created', (_event, contents) => guardContents(contents));
}

/** No other address, no window, no webview, no address of the person's networks to peers. */
function guardContents(contents: GuardedContents): void {
  const stay = (navigation: Navigation): void => {
    if (decideNavigation(navigation.url, origin) === 'deny') navigation.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
}
