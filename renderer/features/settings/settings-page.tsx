import { PageTitle } from '../../app/page-title.tsx';
import { saveSettings, useSession } from '../../app/session.ts';
import { keysFor, shortcuts } from '../../app/shortcuts.ts';
import { t } from '../../i18n/index.ts';
import { Button, Facts, Kbd, Notice } from '../../ui/index.ts';
import { Programs } from '../programs/programs.tsx';
import { EngineActions, EngineFacts } from '../status/explanations.tsx';
import { engineLook } from '../status/looks.ts';
import { Appearance } from './appearance.tsx';
import { Doctor } from './doctor.tsx';
import { IdleLocking } from './idle-locking.tsx';
import './settings.css';

export function SettingsPage() {
  return (
    <div className="page">
      <header className="page-header">
        <PageTitle>{t.settings.title}</PageTitle>
      </header>
      <Appearance />
      <IdleLocking />
      <Engine />
      <Programs />
      <Doctor />
      <Keyboard />
      <About />
    </div>
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
