import { format, t } from '../../i18n/index.ts';
import { Facts, Hash } from '../../ui/index.ts';
import type { ModelRow } from './rows.ts';

/** What is known of one model. */
export function ModelFacts({ row: { name, title, installed, candidate } }: { readonly row: ModelRow }) {
  const { facts } = t.models;
  return (
    <section className="model-facts" aria-label={t.models.details(name)}>
      <h2 className="clip">{t.models.details(name)}</h2>
      <Facts
        rows={[
          title === '' ? null : [facts.title, title],
          installed === null ? null : [facts.kind, t.models.kind[installed.kind]],
          candidate === null || candidate.licence === '' ? null : [facts.licence, candidate.licence],
          installed === null ? null : [facts.state, t.models.state[installed.state]],
          [facts.size, format.bytes(installed?.size ?? candidate?.needs.weights ?? 0)],
          candidate === null ? null : [facts.needs, t.models.parts(candidate.needs)],
          candidate === null || candidate.context === 0 ? null : [facts.context, t.models.upTo(candidate.context)],
          installed === null
            ? null
            : [facts.digest, <Hash key="digest" value={installed.digest} what={facts.digest} />],
          installed === null
            ? null
            : [facts.checked, installed.verified.at === null ? t.common.never : format.ago(installed.verified.at)],
        ]}
      />
      {candidate === null || candidate.reason === '' ? null : (
        <p className="reason-line small soft">{candidate.reason}</p>
      )}
    </section>
  );
}
