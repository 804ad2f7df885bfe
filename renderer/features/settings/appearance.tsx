import { Label, RadioButton, RadioField, RadioGroup } from 'react-aria-components';
import type { Settings } from '../../../shared/contract/types.ts';
import { saveSettings, useSession } from '../../app/session.ts';
import { t } from '../../i18n/index.ts';

const themes: readonly Settings['theme'][] = ['system', 'light', 'dark', 'contrast'];

export function Appearance() {
  const theme = useSession((state) => state.settings?.theme ?? 'system');
  return (
    <section className="card setting" aria-labelledby="appearance">
      <h2 id="appearance">{t.settings.appearance}</h2>
      <RadioGroup
        className="themes"
        value={theme}
        onChange={(value) => void saveSettings({ theme: themes.find((one) => one === value) ?? 'system' })}
      >
        <Label className="unseen">{t.settings.theme}</Label>
        {themes.map((one) => (
          <RadioField key={one} value={one}>
            <RadioButton className="theme">
              <span className={`theme-sample ${one}`} aria-hidden />
              {t.settings.themes[one]}
            </RadioButton>
          </RadioField>
        ))}
      </RadioGroup>
    </section>
  );
}
