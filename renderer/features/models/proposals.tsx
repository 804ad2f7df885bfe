import { Download as DownloadIcon, Gauge, Sparkles, Zap, type LucideIcon } from 'lucide-react';
import type { Candidate } from '../../../shared/contract/types.ts';
import { useSession } from '../../app/session.ts';
import { format, t } from '../../i18n/index.ts';
import { Badge, Button } from '../../ui/index.ts';
import { downloadOf, pull, useDownloads } from './downloads.ts';
import { FitBar } from './fit-bar.tsx';
import { freeMemory, proposalsOf, totalOf } from './rows.ts';
import { bare, useModels } from './store.ts';

const icons: Readonly<Record<NonNullable<Candidate['role']>, LucideIcon>> = {
  small: Zap,
  balanced: Gauge,
  best: Sparkles,
};

/** A small, a balanced and a best model for this computer, and why. */
export function Proposals() {
  const { candidates, hardware } = useModels();
  const loaded = useSession((state) => state.status?.engine.loaded);
  if (candidates === null || hardware === null) return null;
  const proposals = proposalsOf(candidates);
  const free = freeMemory(hardware, loaded);
  if (proposals.length === 0)
    return (
      <section className="card proposals-none">
        <h2>{t.models.noProposal}</h2>
        <p className="soft">{t.models.noProposalWords}</p>
      </section>
    );
  return (
    <section className="proposals" aria-labelledby="proposals-title">
      <div>
        <h2 id="proposals-title">{proposals.length === 1 ? t.models.proposalsOne : t.models.proposals}</h2>
        <p className="small soft">{t.models.proposalsWords}</p>
      </div>
      <ul className="proposal-cards">
        {proposals.map((candidate) => (
          <Proposal key={candidate.name} candidate={candidate} free={free} />
        ))}
      </ul>
    </section>
  );
}

function Proposal({ candidate, free }: { readonly candidate: Candidate; readonly free: number }) {
  const { name, title, licence, needs, reason, role } = candidate;
  const coming = useDownloads((state) => downloadOf(state.list, name));
  const here = useModels((state) => state.installed?.some((one) => bare(one.name) === bare(name)) === true);
  const Icon = icons[role ?? 'balanced'];
  return (
    <li className={`card proposal ${role === 'balanced' ? 'first' : ''}`}>
      <div className="proposal-role">
        <Icon size={16} strokeWidth={1.75} aria-hidden />
        <h3>{t.models.role[role ?? 'balanced']}</h3>
      </div>
      <p className="small soft proposal-words">{t.models.roleWords[role ?? 'balanced']}</p>
      <div className="proposal-name">
        <strong>{name}</strong>
        <p className="small soft">{[title, licence, format.bytes(needs.weights)].join(' · ')}</p>
      </div>
      <FitBar meter={{ needs, free: Math.max(free, candidate.fits === 'no' ? 0 : totalOf(needs)) }} />
      <p className="small soft proposal-reason">{reason}</p>
      <div className="proposal-foot">
        <span className="small soft numbers proposal-size">{t.models.notInstalled(needs.weights)}</span>
        {here ? (
          <Badge tone="good">{t.models.installed}</Badge>
        ) : coming !== null ? (
          <Badge tone="soft" icon={DownloadIcon}>
            {coming.total === 0 ? t.downloads.starting : t.downloads.amount(coming.done, coming.total)}
          </Badge>
        ) : (
          <Button
            look={role === 'balanced' ? 'primary' : 'plain'}
            size="small"
            icon={DownloadIcon}
            aria-label={t.models.getNamed(name)}
            onPress={() => void pull(name)}
          >
            {t.models.get}
          </Button>
        )}
      </div>
    </li>
  );
}
