import { CircleAlert, CircleCheck, RefreshCw, TriangleAlert, type LucideIcon } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Label, RadioButton, RadioField, RadioGroup } from 'react-aria-components';
import type { Check, IdleLock, Settings, ShownSettings } from '../../../shared/contract/types.ts';
import { saveSettings, useSession } from '../../app/session.ts';
import { keysFor, shortcuts } from '../../app/shortcuts.ts';
import { attempt, type Failure } from '../../bridge/index.ts';
import { t } from '../../i18n/index.ts';
import { Button, FailureNotice, Facts, Kbd, Notice, Skeletons } from '../../ui/index.ts';
import { EngineActions, EngineFacts } from '../status/explanations.tsx';
import { engineLook } from '../status/looks.ts';
import './settings.css';

export function SettingsPage() {
  return (
    <div className="page settings-page scrolls">
      <header className="page-header">
        <h1>{t.settings.title}</h1>
      </header>
      <Appearance />
      <IdleLocking />
      <Engine />
      <Doctor />
      <Keyboard />
      <About />
    </div>
  );
}

const themes: readonly Settings['theme'][] = ['system', 'light', 'dark', 'contrast'];

function Appearance() {
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

const idleLocks: readonly IdleLock[] = ['5', '15', '60', 'off'];

/** Longer than the organisation allows. */
const isRefused = (one: IdleLock, atMost: ShownSettings['idleLockAtMost']): boolean =>
  atMost !== null && (one === 'off' || Number(one) > Number(atMost));

function IdleLocking() {
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

function Engine() {
  const engine = useSession((state) => state.status?.engine ?? null);
  if (engine === null) return null;
  const look = engineLook(engine);
  const ask = engine.trust === 'unknown' || engine.trust === 'changed';
  return (
    <section className="card setting" aria-labelledby="engine">
      <h2 id="engine">{t.settings.engine}</h2>
      <p className="engine-line">
        <look.icon size={16} strokeWidth={1.75} className={look.tone} aria-hidden />
        {look.words}
      </p>
      {ask ? <Notice kind="caution">{t.status.approveWords}</Notice> : null}
      {engine.trust === 'missing' ? <p className="soft">{t.status.stillWorks}</p> : null}
      <EngineFacts engine={engine} />
      <div>
        <EngineActions engine={engine} />
      </div>
    </section>
  );
}

const checkLooks: Readonly<Record<Check['status'], { readonly icon: LucideIcon; readonly tone: string }>> = {
  ok: { icon: CircleCheck, tone: 'tone-good' },
  warn: { icon: TriangleAlert, tone: 'tone-caution' },
  fail: { icon: CircleAlert, tone: 'tone-bad' },
};

function Doctor() {
  const [checks, setChecks] = useState<readonly Check[] | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let over = false;
    void attempt('app.doctor', {}).then((result) => {
      if (over) return;
      setChecks(result.ok ? result.value.checks : null);
      setFailure(result.ok ? null : result.error);
    });
    return () => {
      over = true;
    };
  }, [turn]);
  const again = () => {
    setChecks(null);
    setFailure(null);
    setTurn(turn + 1);
  };
  return (
    <section className="card setting" aria-labelledby="doctor">
      <div className="setting-head">
        <h2 id="doctor">{t.settings.doctor}</h2>
        <Button size="small" icon={RefreshCw} isDisabled={checks === null && failure === null} onPress={again}>
          {checks === null && failure === null ? t.settings.running : t.settings.runDoctor}
        </Button>
      </div>
      <p className="soft">{t.settings.doctorWords}</p>
      {failure === null ? null : <FailureNotice failure={failure} />}
      {checks === null && failure === null ? <Skeletons rows={5} height={24} /> : null}
      <ul className="checks">
        {(checks ?? []).map((check) => (
          <CheckRow key={check.id} check={check} />
        ))}
      </ul>
    </section>
  );
}

function CheckRow({ check }: { readonly check: Check }) {
  const { icon: Icon, tone } = checkLooks[check.status];
  return (
    <li className="check">
      <Icon size={16} strokeWidth={1.75} className={tone} aria-hidden />
      <span className="unseen">{t.settings.status[check.status]}</span>
      <span className="check-name">{check.id}</span>
      <span>
        {check.summary}
        {check.fix === undefined ? null : <span className="check-fix soft">{check.fix}</span>}
      </span>
    </li>
  );
}

function Keyboard() {
  const mac = useSession((state) => state.status?.platform === 'darwin');
  return (
    <section className="card setting" aria-labelledby="keyboard">
      <h2 id="keyboard">{t.settings.keys}</h2>
      <dl className="keys">
        {shortcuts.map((shortcut) => (
          <div key={shortcut.keys}>
            <dt>{shortcut.words}</dt>
            <dd>
              {keysFor(shortcut.keys, mac)
                .split(' ')
                .map((key) => (
                  <Kbd key={key}>{key}</Kbd>
                ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function About() {
  const status = useSession((state) => state.status);
  if (status === null) return null;
  return (
    <section className="card setting" aria-labelledby="about">
      <h2 id="about">{t.settings.about}</h2>
      <Facts
        rows={[
          [t.settings.version, status.version],
          [t.settings.host, t.settings.hosts[status.host]],
          [t.settings.platform, t.settings.platforms[status.platform]],
        ]}
      />
      <div>
        <Button size="small" onPress={() => void saveSettings({ guideSeen: false })}>
          {t.settings.guideAgain}
        </Button>
      </div>
    </section>
  );
}
