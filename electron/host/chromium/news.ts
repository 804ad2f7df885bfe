import { packHere } from './wire.ts';

interface News {
  readonly event: string;
  readonly payload: unknown;
}

/**
 * Brings events to the page in order, one message in flight at a time; what arrives meanwhile goes with the next. So two
 * thousand tokens a second are a few dozen messages, and a slow page slows nothing else.
 */
export function createNewsSender(deliver: (text: string) => Promise<unknown>): (news: News) => void {
  let waiting: News[] = [];
  let isSending = false;
  const sendAll = async (): Promise<void> => {
    isSending = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      // A page that is loading anew or gone asks for the whole state when it is back; numbered streams show the gap.
      await deliver(packHere(batch)).catch(() => undefined);
    }
    isSending = false;
  };
  return (news) => {
    waiting.push(news);
    if (!isSending) void sendAll();
  };
}
