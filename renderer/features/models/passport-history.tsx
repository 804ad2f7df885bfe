import { ArrowLeftRight, Ban, CircleCheck, CircleHelp, type LucideIcon } from 'lucide-react';
import type { Passport } from '../../../shared/contract/types.ts';
import { format, t } from '../../i18n/index.ts';
import { Hash } from '../../ui/index.ts';

type Action = Passport['approvals'][number]['action'];

const looks: Readonly<Record<Action, { readonly icon: LucideIcon; readonly tone: string }>> = {
  approved: { icon: CircleCheck, tone: 'tone-good' },
  blocked: { icon: Ban, tone: 'tone-bad' },
  quarantined: { icon: CircleHelp, tone: 'tone-caution' },
  'rolled-back': { icon: ArrowLeftRight, tone: 'tone-good' },
};

/** Who decided what, newest first. */
export function Approvals({ approvals }: Pick<Passport, 'approvals'>) {
  const words = t.passports;
  return (
    <section className="passport-part">
      <h3>{words.approvals}</h3>
      {approvals.length === 0 ? <p className="small soft">{words.noApprovals}</p> : null}
      <ol className="decisions small">
        {approvals.toReversed().map(({ at, by, action, self, reason, digest }, index) => {
          const { icon: Icon, tone } = looks[action];
          return (
            <li key={`${at} ${index}`}>
              <Icon size={15} strokeWidth={1.75} className={tone} aria-hidden />
              <div>
                <p>
                  <strong>{words.action[action]}</strong> {words.decided(by, format.exactTime(at))}
                </p>
                {self ? <p className="soft">{words.self}</p> : null}
                {reason === null ? null : <p className="soft">{reason}</p>}
              </div>
              <Hash value={digest} what={words.facts.digest} />
            </li>
          );
        })}
      </ol>
    </section>
  );
}

const problemWords = (problem: string | null): string | null =>
  problem === null ? null : (t.passports.problem[problem] ?? t.passports.problemOther(problem));

/** A mark for each check, oldest first: a run of good ones is seen at a glance. */
export function Verifications({ verifications }: Pick<Passport, 'verifications'>) {
  const words = t.passports;
  const last = verifications.at(-1);
  const good = verifications.filter(({ ok }) => ok).length;
  const problem = problemWords(last?.problem ?? null);
  return (
    <section className="passport-part">
      <h3>{words.verifications}</h3>
      {last === undefined ? (
        <p className="small soft">{words.noVerifications}</p>
      ) : (
        <>
          <ol className="marks" aria-label={words.verificationsWords(verifications.length, good)}>
            {verifications.map(({ at, ok }, index) => (
              <li
                key={`${at} ${index}`}
                className={ok ? 'good' : 'bad'}
                title={words.verification(format.exactTime(at), ok)}
              >
                <span className="unseen">{words.verification(format.exactTime(at), ok)}</span>
              </li>
            ))}
          </ol>
          <p className="small soft numbers">
            {words.verificationsWords(verifications.length, good)}.{' '}
            {words.lastVerification(format.ago(last.at), format.duration(last.ms))}.
          </p>
          {problem === null ? null : <p className="small tone-bad">{problem}.</p>}
        </>
      )}
    </section>
  );
}

export function EarlierVersions({ previous }: Pick<Passport, 'previous'>) {
  if (previous.length === 0) return null;
  return (
    <section className="passport-part">
      <h3>{t.passports.previous}</h3>
      <ul className="decisions small">
        {previous.toReversed().map(({ digest, until }) => (
          <li key={`${digest} ${until}`}>
            <ArrowLeftRight size={15} strokeWidth={1.75} className="tone-soft" aria-hidden />
            <p>{t.passports.previousLine(format.exactTime(until))}</p>
            <Hash value={digest} what={t.passports.facts.digest} />
          </li>
        ))}
      </ul>
    </section>
  );
}
