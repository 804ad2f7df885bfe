/**
 * Tells when a server has sent nothing for too long. Only its silence counts, not the time that the reader or the disk
 * takes: nobody listens then.
 */
export function createSilence(milliseconds: number, onSilent: () => void) {
  let timer: NodeJS.Timeout | null = null;
  let news = 0;
  const rest = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  // Timers come before what waits in the sockets: a thread that was kept for long looks there first.
  const due = (): void => {
    const before = news;
    setImmediate(() => setImmediate(() => timer !== null && news === before && onSilent()));
  };
  return {
    listen(): void {
      rest();
      timer = setTimeout(due, milliseconds);
    },
    heard(): void {
      news += 1;
      timer?.refresh();
    },
    rest,
  };
}
