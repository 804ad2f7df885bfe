import type { Event, Session, WebRequest } from 'electron';
import { decidePermission } from '../shared/index.ts';
import { origin } from './scheme.ts';

type HardenedSession = Pick<
  Session,
  | 'setPermissionRequestHandler'
  | 'setPermissionCheckHandler'
  | 'setDevicePermissionHandler'
  | 'setBluetoothPairingHandler'
  | 'setDisplayMediaRequestHandler'
  | 'setUSBProtectedClassesHandler'
  | 'setSpellCheckerEnabled'
  | 'on'
> & { readonly webRequest: Pick<WebRequest, 'onBeforeRequest'> };

/** A session that grants nothing, knows no device, loads nothing but our page, and keeps no dictionary. */
export function hardenSession(session: HardenedSession): void {
  session.setPermissionRequestHandler((_contents, permission, decide) => decide(decidePermission(permission)));
  session.setPermissionCheckHandler((_contents, permission) => decidePermission(permission));
  refuseDevices(session);
  // The page's policy says the same; this holds when the policy has a hole.
  session.webRequest.onBeforeRequest((details, decide) => decide({ cancel: !details.url.startsWith(`${origin}/`) }));
  // The spelling checker downloads dictionaries.
  session.setSpellCheckerEnabled(false);
  session.on('will-download', (event) => event.preventDefault());
}

function refuseDevices(session: HardenedSession): void {
  session.setDevicePermissionHandler(() => false);
  session.setBluetoothPairingHandler((_details, answer) => answer({ confirmed: false }));
  session.setDisplayMediaRequestHandler((_request, choose) => choose(null));
  session.setUSBProtectedClassesHandler(({ protectedClasses }) => protectedClasses);
  const choose = (event: Event, _details: unknown, answer: () => void): void => {
    event.preventDefault();
    answer();
  };
  session.on('select-hid-device', choose);
  session.on('select-usb-device', choose);
  session.on('select-serial-port', (event, _ports, _contents, answer) => {
    event.preventDefault();
    answer('');
  });
}
