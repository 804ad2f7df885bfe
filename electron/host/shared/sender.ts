export interface Sender {
  /** Null when the frame is gone or was never a frame. */
  readonly frame: { readonly isMain: boolean; readonly origin: string } | null;
  /** The message came from the contents of the application's own window. */
  readonly isOwnWindow: boolean;
}

/**
 * Only the main frame of our own window, on our own origin, may call the application. The origin is compared, not the
 * address: an address of a blank or failed page says nothing about who runs in it.
 */
export function isTrustedSender(sender: Sender, origin: string): boolean {
  return sender.isOwnWindow && sender.frame !== null && sender.frame.isMain && sender.frame.origin === origin;
}
