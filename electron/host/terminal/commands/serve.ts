import { CloisterError } from '../../../../shared/errors.ts';
import type { CommandContext } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';

/** Opens the door for other programs, and keeps it open until told to stop or the vault locks. */
export async function serve(context: CommandContext, { port }: { port: number }): Promise<ExitCode> {
  const application = await context.unlocked();
  const { url, sessionId } = await application.serve(port);
  context.output.line({ url, sessionId }, () =>
    [
      `Other programs on this computer reach Cloister at ${url ?? ''}`,
      'Give each a token of its own, from another terminal: cloister token issue --scopes chat --name NAME',
      'Ctrl-C shuts the door; every token ends with it.',
    ].join('\n'),
  );
  // Warm, so that the first request does not wait for it; without an engine the requests say so.
  void application.rooms.engine.start().catch(() => undefined);
  const locked = Promise.withResolvers<true>();
  const forget = application.rooms.vault.onChange(({ state }) => {
    if (state !== 'unlocked') locked.resolve(true);
  });
  const stopped = Promise.withResolvers<false>();
  const stop = (): void => stopped.resolve(false);
  context.signal.addEventListener('abort', stop, { once: true });
  if (context.signal.aborted) stop();
  const isLocked = await Promise.race([locked.promise, stopped.promise]);
  forget();
  if (isLocked) throw new CloisterError('locked', 'The vault was locked, and with it the door.');
  return 0;
}
