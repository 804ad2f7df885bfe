import { DoorClosed, DoorOpen, Plus } from 'lucide-react';
import { useEffect, useState } from 'react';
import { t } from '../../i18n/index.ts';
import { Button, Confirm, CopyButton, FailureNotice, Notice } from '../../ui/index.ts';
import { NewToken } from './new-token.tsx';
import { openDoor, readPrograms, shutDoor, usePrograms } from './store.ts';
import { Tokens } from './tokens.tsx';
import './programs.css';

/** The door for other programs: shut or open, its address, and who has a token. */
export function Programs() {
  const { status, failure, working } = usePrograms();
  useEffect(() => void readPrograms(), []);
  const url = status?.url ?? null;
  return (
    <section className="card setting" aria-labelledby="programs">
      <h2 id="programs">{t.programs.title}</h2>
      <p className="soft">{t.programs.words}</p>
      {failure === null ? null : (
        <FailureNotice
          failure={failure}
          actions={<Button onPress={() => void readPrograms()}>{t.common.retry}</Button>}
        />
      )}
      {status?.allowed === false ? <Notice kind="info">{t.programs.managed}</Notice> : null}
      {url === null ? (
        <div className="door-line">
          <span className="door-state">
            <DoorClosed size={16} strokeWidth={1.75} aria-hidden /> {t.programs.closed}
          </span>
          <Button
            size="small"
            busy={working}
            isDisabled={status === null || !status.allowed}
            onPress={() => void openDoor()}
          >
            {working ? t.programs.opening : t.programs.openDoor}
          </Button>
        </div>
      ) : (
        <Open url={url} />
      )}
    </section>
  );
}

function Open({ url }: { readonly url: string }) {
  const [asking, setAsking] = useState<'token' | 'shut' | null>(null);
  const close = (): void => setAsking(null);
  return (
    <>
      <div className="door-line">
        <span className="door-state">
          <DoorOpen size={16} strokeWidth={1.75} className="tone-caution" aria-hidden /> {t.programs.open}
        </span>
        <code className="mono">{url}</code>
        <CopyButton text={url} label={t.programs.copyAddress} />
        <Button size="small" onPress={() => setAsking('shut')}>
          {t.programs.shutDoor}
        </Button>
      </div>
      <p className="small soft">{t.programs.addressFor}</p>
      <div className="setting-head">
        <h3>{t.programs.tokens}</h3>
        <Button size="small" icon={Plus} onPress={() => setAsking('token')}>
          {t.programs.newToken}
        </Button>
      </div>
      <Tokens />
      <NewToken open={asking === 'token'} onClose={close} />
      <Confirm
        open={asking === 'shut'}
        title={t.programs.shutTitle}
        words={t.programs.shutWords}
        verb={t.programs.shutDoor}
        onClose={close}
        onConfirm={() => {
          close();
          void shutDoor();
        }}
      />
    </>
  );
}
