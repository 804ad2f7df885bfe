import { CircleAlert, CircleCheck, CircleDot, CircleX, type LucideIcon } from 'lucide-react';
import type { AuditEntry } from '../../../shared/contract/types.ts';
import { t } from '../../i18n/index.ts';

export type Decision = AuditEntry['decision'];

const looks: Readonly<Record<Decision, { readonly icon: LucideIcon; readonly tone: string }>> = {
  allowed: { icon: CircleCheck, tone: 'tone-good' },
  refused: { icon: CircleX, tone: 'tone-bad' },
  failed: { icon: CircleAlert, tone: 'tone-caution' },
  interrupted: { icon: CircleDot, tone: 'tone-caution' },
};

/** The outcome in a word, and its code when it was not allowed. */
export function DecisionWords({ entry }: { readonly entry: AuditEntry }) {
  const { icon: Icon, tone } = looks[entry.decision];
  return (
    <span className={`cell-status ${tone}`}>
      <Icon size={15} strokeWidth={1.75} aria-hidden />
      <span className="clip">
        {t.record.decisions[entry.decision]}
        {entry.code === null ? '' : ` · ${entry.code}`}
      </span>
    </span>
  );
}
