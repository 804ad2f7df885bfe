import { Landmark } from 'lucide-react';
import { t } from '../../i18n/index.ts';
import { decidedOf, isStrictest, useRules } from './rules.ts';

/** What somebody else decided about models here, before anybody tries what is not allowed. */
export function RulesNotice() {
  const rules = useRules((state) => state.rules);
  if (rules === null) return null;
  const decided = decidedOf(rules);
  if (decided.length === 0) return null;
  return (
    <section className="card rules-notice" aria-labelledby="rules-title">
      <Landmark size={18} strokeWidth={1.75} className="tone-soft" aria-hidden />
      <div>
        <h2 id="rules-title">{isStrictest(rules) ? t.rules.strictest : t.rules.title}</h2>
        <ul className="small soft">
          {decided.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </div>
    </section>
  );
}
