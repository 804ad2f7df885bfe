import type { Download } from '../../../../shared/contract/types.ts';
import { CloisterError, codeOf } from '../../../../shared/errors.ts';
import type { PullProgress } from '../../../models/index.ts';
import type { CommandContext } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { bar, bytesForPeople, onOneLine } from '../output.ts';
import { modelActor, openForModels } from './passports.ts';

/** Milliseconds between two lines about the same layer. */
const lineEvery = 500;

/** Whole minutes from two on: nobody waits by the second then. */
export function timeForPeople(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `[####…]  42 % 1.2 of 2.9 GB, 48.1 MB/s, 35 s left`. */
export function progressOf({ state, done, total, rate, remaining }: Download): string {
  if (state === 'checking') return `${bar(total, total)} checking ${bytesForPeople(total)}`;
  if (total === 0) return 'Asking the registry…';
  const speed = rate === 0 ? '' : `, ${bytesForPeople(rate)}/s`;
  const left = remaining === null ? '' : `, ${timeForPeople(remaining)} left`;
  return `${bar(done, total)} ${bytesForPeople(done)} of ${bytesForPeople(total)}${speed}${left}`;
}

/** Lets a layer's first and last word through, and of those between some. */
function thinned(tell: (progress: PullProgress) => void): (progress: PullProgress) => void {
  const told = new Map<string, number>();
  return (progress) => {
    const now = performance.now();
    const isLast = progress.done === progress.total;
    if (!isLast && now - (told.get(progress.layer) ?? -lineEvery) < lineEvery) return;
    told.set(progress.layer, now);
    tell(progress);
  };
}

/** Stopped, what came is kept, and the same command goes on. */
const stopped = (name: string): CloisterError =>
  new CloisterError('cancelled', `Stopped; what came is kept. The same command goes on: cloister models pull ${name}`);

const stateWords = {
  approved: 'is installed and may be used',
  quarantined: 'came, and waits in quarantine. See: cloister models passport',
  blocked: 'came, and is blocked. See: cloister models passport',
} as const;

export async function pullModel(context: CommandContext, name: string, { from }: { from?: string }): Promise<ExitCode> {
  const { output, signal } = context;
  const application = await openForModels(context);
  const isOpen = (await application.rooms.vault.status()).state === 'unlocked';
  if (!isOpen) await application.hold();
  const { models } = application.rooms;
  const by = isOpen ? await modelActor(application) : undefined;
  const endNews = models.downloads.onChange((download) => {
    output.progress(progressOf(download));
    output.stillAtWork(() => `${onOneLine(download.name)}: ${progressOf(download)}`);
  });
  const onProgress = thinned(({ layer, done, total }) => output.line({ layer, done, total }, () => null));
  try {
    const installed = await models.pull(name, { from, by, signal, onProgress });
    const { digest, state } = installed;
    output.progress(null);
    output.line(
      { name: installed.name, digest, state },
      () =>
        `${onOneLine(installed.name)} ${stateWords[state]}${state === 'approved' ? '.' : ` ${onOneLine(installed.name)}`}`,
    );
    return 0;
  } catch (thrown) {
    throw codeOf(thrown) === 'cancelled' ? stopped(onOneLine(name)) : thrown;
  } finally {
    endNews();
    output.progress(null);
  }
}
