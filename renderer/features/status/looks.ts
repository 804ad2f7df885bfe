import {
  CircleAlert,
  CircleDashed,
  LoaderCircle,
  ScrollText,
  ShieldCheck,
  ShieldHalf,
  ShieldQuestion,
  TriangleAlert,
  type LucideIcon,
} from 'lucide-react';
import type { EngineStatus, RecordStatus } from '../../../shared/contract/types.ts';
import { t } from '../../i18n/index.ts';

export interface Look {
  readonly icon: LucideIcon;
  readonly tone: string;
  readonly words: string;
  readonly short: string;
}

/**
 * The engine in one line. "Sealed" is said only of a running engine inside a network namespace: of one that does not run
 * nothing is promised.
 */
export function engineLook(engine: EngineStatus): Look {
  const { engine: words } = t.status;
  if (engine.trust === 'missing')
    return { icon: CircleAlert, tone: 'tone-caution', words: words.missing, short: words.missing };
  if (engine.trust !== 'trusted')
    return { icon: ShieldQuestion, tone: 'tone-caution', words: words[engine.trust], short: words[engine.trust] };
  switch (engine.state) {
    case 'ready':
      return engine.cage === 'namespace'
        ? { icon: ShieldCheck, tone: 'tone-good', words: t.status.sealed, short: t.status.sealedShort }
        : { icon: ShieldHalf, tone: 'tone-caution', words: t.status.port, short: t.status.portShort };
    case 'starting':
    case 'stopping':
      return { icon: LoaderCircle, tone: 'tone-soft', words: words[engine.state], short: words[engine.state] };
    case 'degraded':
      return { icon: TriangleAlert, tone: 'tone-caution', words: words.degraded, short: words.degraded };
    case 'failed':
      return { icon: CircleAlert, tone: 'tone-bad', words: words.failed, short: words.failed };
    case 'stopped':
      return { icon: CircleDashed, tone: 'tone-soft', words: words.stopped, short: words.stopped };
  }
}

export function recordLook(record: RecordStatus | null): Look {
  const name = t.status.record(record?.size ?? 0);
  const { recordState, recordShort } = t.status;
  if (record?.verified === true)
    return { icon: ShieldCheck, tone: 'tone-good', words: `${name} · ${recordState.yes}`, short: recordShort.yes };
  if (record?.verified === false)
    return { icon: CircleAlert, tone: 'tone-bad', words: `${name} · ${recordState.no}`, short: recordShort.no };
  return { icon: ScrollText, tone: 'tone-soft', words: `${name} · ${recordState.unknown}`, short: recordShort.unknown };
}
