import { CircleCheck, CircleHelp, CircleX, type LucideIcon } from 'lucide-react';
import type { Passport } from '../../../shared/contract/types.ts';
import { t } from '../../i18n/index.ts';

type Tone = 'good' | 'caution' | 'bad';

export interface Check {
  readonly tone: Tone;
  readonly words: string;
}

const icons: Readonly<Record<Tone, LucideIcon>> = { good: CircleCheck, caution: CircleHelp, bad: CircleX };

/** What speaks for a version and what does not, as far as Cloister can tell. */
export function checksOf(passport: Passport): readonly Check[] {
  return [publisherCheck(passport), signatureCheck(passport), bytesCheck(passport), ...templateChecks(passport)];
}

function publisherCheck({ publisher, source }: Passport): Check {
  const { checks } = t.passports;
  if (source.kind === 'pinned') return { tone: 'good', words: checks.pinned };
  if (publisher.listed) return { tone: 'good', words: checks.listed };
  return { tone: 'caution', words: publisher.name === null ? checks.noPublisher : checks.unlisted };
}

function signatureCheck({ publisher: { signature } }: Passport): Check {
  const { checks } = t.passports;
  if (signature === null) return { tone: 'caution', words: checks.unsigned };
  return signature.ok ? { tone: 'good', words: checks.signed } : { tone: 'bad', words: checks.badSignature };
}

function bytesCheck({ verifications }: Passport): Check {
  const { checks } = t.passports;
  const last = verifications.at(-1);
  if (last === undefined) return { tone: 'caution', words: checks.unverified };
  return last.ok ? { tone: 'good', words: checks.whole } : { tone: 'bad', words: checks.broken };
}

function templateChecks({ template, previous, evaluation, kind }: Passport): readonly Check[] {
  const { checks } = t.passports;
  const changed: Check[] =
    typeof template?.diff === 'string'
      ? [{ tone: 'caution', words: checks.templateChanged }]
      : template !== null && previous.length > 0
        ? [{ tone: 'good', words: checks.template }]
        : [];
  // A model that finds passages says nothing that could be tested so.
  if (kind === 'embedding') return changed;
  return [
    ...changed,
    evaluation === null
      ? { tone: 'caution', words: checks.notEvaluated }
      : evaluation.refusalCollapse
        ? { tone: 'bad', words: checks.collapsed }
        : { tone: 'good', words: checks.evaluated },
  ];
}

export function PassportChecks({ passport }: { readonly passport: Passport }) {
  return (
    <ul className="checks small" aria-label={t.passports.checks.title}>
      {checksOf(passport).map(({ tone, words }) => {
        const Icon = icons[tone];
        return (
          <li key={words}>
            <Icon size={15} strokeWidth={1.75} className={`tone-${tone}`} aria-hidden />
            {words}
          </li>
        );
      })}
    </ul>
  );
}
