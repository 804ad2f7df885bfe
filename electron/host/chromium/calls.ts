import { randomUUID } from 'node:crypto';
import type { BrowserContext, Frame, Page } from 'playwright-core';
import { codeOf } from '../../../shared/errors.ts';
import { fail } from '../../../shared/result.ts';
import { answerCall, type CallTarget, type Sender } from '../shared/index.ts';
import { bindingName } from './page-script.ts';
import { packHere, unpackCall } from './wire.ts';

/** Offers the application to the page over the devtools pipe. Every call passes the same checks as in Electron. */
export async function offerCalls(
  context: BrowserContext,
  page: Page,
  origin: string,
  target: CallTarget,
): Promise<void> {
  await context.exposeBinding(bindingName, async (source, text: unknown) => {
    const sender = senderOf(source, page);
    try {
      return packHere(await answerCall(target, { sender, origin, ...unpackCall(text) }));
    } catch (thrown) {
      return packHere(fail({ code: codeOf(thrown), correlationId: randomUUID() }));
    }
  });
}

function senderOf(source: { page: Page; frame: Frame }, page: Page): Sender {
  return {
    isOwnWindow: source.page === page,
    frame: { isMain: source.frame === page.mainFrame(), origin: originOf(source.frame.url()) },
  };
}

/** Only of an https address: `new URL('blob:https://…').origin` would answer with the inner one. */
export function originOf(address: string): string {
  return address.startsWith('https://') && URL.canParse(address) ? new URL(address).origin : 'null';
}
