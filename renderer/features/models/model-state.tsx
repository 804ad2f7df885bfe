import {
  Box,
  CircleCheck,
  CircleHelp,
  CircleX,
  Download as DownloadIcon,
  MemoryStick,
  TriangleAlert,
} from 'lucide-react';
import type { InstalledModel } from '../../../shared/contract/types.ts';
import { useSession } from '../../app/session.ts';
import { format, t } from '../../i18n/index.ts';
import { Badge } from '../../ui/index.ts';
import { downloadOf, useDownloads } from './downloads.ts';
import { usePassports, type VerifyRun } from './passports.ts';
import { mayRunOn, useRules } from './rules.ts';
import { totalOf, type Meter, type ModelRow } from './rows.ts';
import { bare } from './store.ts';

/** Whether it is in memory now, fits, or may not run. What is in memory fits, whatever is free beside it. */
export function StateBadge({ row, meter }: { readonly row: ModelRow; readonly meter: Meter | null }) {
  const { name, installed } = row;
  const loaded = useSession((state) => state.status?.engine.loaded.some((one) => bare(one.name) === name));
  const coming = useDownloads((state) => downloadOf(state.list, name));
  if (coming !== null)
    return (
      <Badge tone="soft" icon={DownloadIcon}>
        {coming.state === 'running' && coming.total > 0
          ? t.downloads.share(Math.floor((100 * coming.done) / coming.total))
          : t.downloads.title}
      </Badge>
    );
  if (loaded === true)
    return (
      <Badge tone="good" icon={MemoryStick}>
        {t.models.loaded}
      </Badge>
    );
  if (installed !== null && installed.state !== 'approved') return <TrustBadge state={installed.state} />;
  if (meter !== null) return <FitBadge meter={meter} />;
  return (
    <Badge tone="soft" icon={Box}>
      {t.models.installed}
    </Badge>
  );
}

export function TrustBadge({ state }: { readonly state: InstalledModel['state'] }) {
  const look = {
    approved: { tone: 'good', icon: CircleCheck },
    quarantined: { tone: 'caution', icon: CircleHelp },
    blocked: { tone: 'bad', icon: CircleX },
  } as const;
  return (
    <Badge tone={look[state].tone} icon={look[state].icon}>
      {t.models.state[state]}
    </Badge>
  );
}

function FitBadge({ meter: { needs, free, fits, largest } }: { readonly meter: Meter }) {
  const rules = useRules((state) => state.rules);
  const over = totalOf(needs) - free;
  if (!mayRunOn(rules, fits))
    return (
      <Badge tone="bad" icon={CircleX}>
        {t.rules.notAllowed}
      </Badge>
    );
  switch (fits) {
    case 'gpu':
    case 'cpu':
      return (
        <Badge tone="good" icon={CircleCheck}>
          {t.models.fits[fits]}
        </Badge>
      );
    case 'split':
      return (
        <Badge tone="caution" icon={TriangleAlert}>
          {t.models.fits.split}
        </Badge>
      );
    case 'no':
      return typeof largest === 'number' ? (
        <Badge tone="caution" icon={TriangleAlert}>
          {t.models.shorter(largest)}
        </Badge>
      ) : (
        <Badge tone="bad" icon={CircleX}>
          {over > 0 ? t.models.tooLargeBy(over) : t.models.fits.no}
        </Badge>
      );
  }
}

export const shareOf = ({ done, total }: VerifyRun): number => (total <= 0 ? 0 : Math.floor((100 * done) / total));

function verifiedWords(installed: InstalledModel, run: VerifyRun | undefined): string {
  if (run !== undefined) return t.models.verifying(shareOf(run));
  if (installed.verified.ok === false) return t.models.broken;
  if (installed.state !== 'approved') return installed.reason ?? t.models.state[installed.state];
  if (installed.reason !== null) return t.models.waiting;
  if (installed.verified.at === null) return t.models.notVerified;
  return t.models.verified(format.ago(installed.verified.at));
}

/** The line below the name: why it may not run, when it was checked, or what it would take to get it. */
export function StateLine({ row: { installed, candidate } }: { readonly row: ModelRow }) {
  const run = usePassports((state) => (installed === null ? undefined : state.running[installed.name]));
  if (installed === null) {
    const size = t.models.notInstalled(candidate?.needs.weights ?? 0);
    const role = candidate?.role ?? null;
    return (
      <span className="small soft numbers">
        {role === null ? size : `${size} · `}
        {role === null ? null : <span className="proposed">{t.models.proposedAs[role]}</span>}
      </span>
    );
  }
  const bad = installed.verified.ok === false || installed.state === 'blocked';
  const words = verifiedWords(installed, run);
  return (
    <span className={`small ${bad ? 'tone-bad' : 'soft'} numbers`}>
      {installed.kind === 'embedding' ? `${t.models.finds} · ${words}` : words}
    </span>
  );
}
