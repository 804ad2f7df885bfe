import { useId } from 'react';
import { format, t } from '../../i18n/index.ts';
import { chooseLength, lengths, useFits } from './fits.ts';

/** How long a conversation is to be; every bar of the page follows. */
export function ContextSlider() {
  const chosen = useFits((state) => state.contextTokens);
  const id = useId();
  const at = Math.max(
    0,
    lengths.findIndex((length) => length === chosen),
  );
  const words = `${t.models.contextTokens(chosen)}, ${t.models.contextPages(chosen)}`;
  return (
    <div className="context-slider">
      <label htmlFor={id}>{t.models.contextLabel}</label>
      <div className="context-track">
        <input
          id={id}
          type="range"
          min={0}
          max={lengths.length - 1}
          step={1}
          value={at}
          aria-valuetext={words}
          aria-describedby={`${id}-words`}
          onChange={(event) => chooseLength(lengths[Number(event.target.value)] ?? chosen)}
        />
        <div className="context-ticks small soft numbers" aria-hidden>
          {lengths.map((length) => (
            <span key={length} className={length === chosen ? 'now' : ''}>
              {format.context(length)}
            </span>
          ))}
        </div>
      </div>
      <p id={`${id}-words`} className="small soft">
        <strong className="numbers">{words}</strong>
        <br />
        {t.models.contextWords}
      </p>
    </div>
  );
}
