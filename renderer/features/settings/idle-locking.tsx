import { Label, RadioButton, RadioField, RadioGroup } from 'react-aria-components';
import type { IdleLock, ShownSettings } from '../../../shared/contract/types.ts';
import { saveSettings, useSession } from '../../app/session.ts';
import { t } from '../../i18n/index.ts';

const idleLocks: readonly IdleLock[] = ['5', '15', '60', 'off'];

/** Longer than the organisation allows. */
const isRefused = (one: IdleLock, atMost: ShownSettings['idleLockAtMost']): boolean =>
  atMost !== null && (one === 'off' || Number(one) > Number(atMost));

export function IdleLocking() {
  const settings = useSession((state) => state.settings);
  if (settings === null) return null;
  const { idleLock, idleLockAtMost } = settings;
  return (
    <section className="card setting" aria-labelledby="idle-lock">
      <h2 id="idle-lock">{t.settings.idleLock}</h2>
      <p className="soft">{t.settings.idleLockWords}</p>
      <RadioGroup
        className="idle-locks"
        value={idleLock}
        onChange={(value) => void saveSettings({ idleLock: idleLocks.find((one) => one === value) ?? '15' })}
      >
        <Label className="unseen">{t.settings.idleLock}</Label>
        {idleLocks.map((one) => (
          <RadioField key={one} value={one} isDisabled={isRefused(one, idleLockAtMost)}>
            <RadioButton className="idle-lock">{t.settings.idleLockAfter[one]}</RadioButton>
          </RadioField>
        ))}
      </RadioGroup>
      {idleLockAtMost === null ? null : (
        <p className="soft small">{t.settings.idleLockManaged(t.settings.idleLockAfter[idleLockAtMost])}</p>
      )}
    </section>
  );
}
