import { t } from '../../i18n/index.ts';
import { barOf, type Meter } from './rows.ts';

/** Weights, context and overhead against what is free; what is beyond it is hatched. */
export function FitBar({ meter: { needs, free } }: { readonly meter: Pick<Meter, 'needs' | 'free'> }) {
  const bar = barOf(needs, free);
  return (
    <div className="fit-bar" role="img" aria-label={t.models.bar(needs.weights, needs.kv, needs.overhead, free)}>
      <div className="part weights" style={{ width: `${bar.weights}%` }} />
      <div className="part kv" style={{ width: `${bar.kv}%` }} />
      <div className="part overhead" style={{ width: `${bar.overhead}%` }} />
      {bar.free < 100 ? <div className="beyond" style={{ left: `${bar.free}%` }} /> : null}
    </div>
  );
}

export function Legend() {
  return (
    <ul className="legend small soft" aria-hidden>
      {(['weights', 'kv', 'overhead', 'beyond'] as const).map((part) => (
        <li key={part}>
          <span className={`swatch ${part}`} />
          {t.models.legend[part]}
        </li>
      ))}
    </ul>
  );
}
