import { useId } from 'react';
import type { Settings } from '../../../shared/contract/types.ts';
import { saveSettings, useSession } from '../../app/session.ts';
import { t } from '../../i18n/index.ts';
import { forgetFits } from './fits.ts';
import { readModels } from './store.ts';

const kinds = ['f16', 'q8_0', 'q4_0'] as const satisfies readonly Settings['cacheType'][];

async function keep(cacheType: Settings['cacheType']): Promise<void> {
  await saveSettings({ cacheType });
  forgetFits();
  await readModels();
}

/** How the engine keeps what a conversation has read: every bar of the page follows. */
export function KeptAs() {
  const settings = useSession((state) => state.settings);
  const id = useId();
  if (settings === null) return null;
  const { cacheType, cacheTypeLocked } = settings;
  return (
    <div className="kept-as">
      <label htmlFor={id}>{t.models.keptAs}</label>
      <select
        id={id}
        className="input"
        value={cacheType}
        disabled={cacheTypeLocked}
        aria-describedby={`${id}-words`}
        onChange={(event) => void keep(kinds.find((kind) => kind === event.target.value) ?? 'f16')}
      >
        {kinds.map((kind) => (
          <option key={kind} value={kind}>
            {t.models.kept[kind]}
          </option>
        ))}
      </select>
      <span id={`${id}-words`} className="small soft">
        {cacheTypeLocked ? t.models.keptLocked : t.models.keptWords}
      </span>
    </div>
  );
}
