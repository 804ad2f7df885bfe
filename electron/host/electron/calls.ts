import type { IpcMain, IpcMainInvokeEvent, WebContents } from 'electron';
import { eventNames, methodNames } from '../../../shared/contract/names.ts';
import { answerCall, type CallTarget, type Sender } from '../shared/index.ts';
import { callChannel, newsChannel } from './channels.ts';
import { origin } from './scheme.ts';

/** The contents of our window, or null while there is none. */
type OwnContents = () => Pick<WebContents, 'mainFrame' | 'send' | 'isDestroyed'> | null;

/** Registers exactly the contract's methods. There is no way to `dispatch` but through the same checks as in Chromium. */
export function offerCalls(ipcMain: Pick<IpcMain, 'handle'>, target: CallTarget, own: OwnContents): void {
  for (const method of methodNames) {
    ipcMain.handle(callChannel(method), (event, input: unknown) =>
      answerCall(target, { sender: senderOf(event, own()), origin, method, input }),
    );
  }
}

function senderOf(event: Pick<IpcMainInvokeEvent, 'sender' | 'senderFrame'>, own: ReturnType<OwnContents>): Sender {
  return { isOwnWindow: own !== null && event.sender === own, frame: frameOf(event.senderFrame, own) };
}

/** A frame that is gone throws when it is asked. */
function frameOf(frame: IpcMainInvokeEvent['senderFrame'], own: ReturnType<OwnContents>): Sender['frame'] {
  try {
    return frame === null ? null : { isMain: frame === own?.mainFrame, origin: frame.origin };
  } catch {
    return null;
  }
}

/** News goes to our window only, and only under the contract's names. Gives the way to stop. */
export function forwardNews(
  onEvent: (listener: (event: string, payload: unknown) => void) => () => void,
  own: OwnContents,
): () => void {
  return onEvent((event, payload) => {
    const contents = own();
    if (contents !== null && !contents.isDestroyed() && eventNames.some((name) => name === event))
      contents.send(newsChannel(event), payload);
  });
}
