import { Play, RotateCw, ShieldCheck, type LucideIcon } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Output } from '../../../shared/contract/index.ts';
import type {
  AppStatus,
  EgressStatus,
  EngineStatus,
  RecordStatus,
  VaultStatus,
} from '../../../shared/contract/types.ts';
import { goTo } from '../../app/route.ts';
import { lockNow } from '../../app/session.ts';
import { attempt } from '../../bridge/index.ts';
import { format, t } from '../../i18n/index.ts';
import { Button, Facts, Hash } from '../../ui/index.ts';
import { useRecord, verify } from '../record/store.ts';
import { Verification } from '../record/verification.tsx';
import { restartEngine, startEngine, trustEngine } from './engine.ts';

export function EngineWords({ engine }: { readonly engine: EngineStatus }) {
  const running = engine.state === 'ready' || engine.state === 'degraded';
  return (
    <>
      {running && engine.cage !== null ? (
        <p>{engine.cage === 'namespace' ? t.status.sealedWords : t.status.portWords}</p>
      ) : (
        <p>{t.status.stillWorks}</p>
      )}
      <EngineFacts engine={engine} />
      <div className="sheet-actions">
        <EngineActions engine={engine} />
        <Button size="small" onPress={() => goTo('settings')}>
          {t.status.doctor}
        </Button>
      </div>
    </>
  );
}

export function EngineFacts({ engine }: { readonly engine: EngineStatus }) {
  return (
    <Facts
      rows={[
        engine.reason === null ? null : [t.status.reason, engine.reason],
        engine.cage !== 'port' || engine.cageReason === null ? null : [t.status.why, engine.cageReason],
        engine.version === null ? null : [t.status.version, engine.version],
        engine.path === null
          ? null
          : [
              t.status.path,
              <code key="path" className="mono">
                {engine.path}
              </code>,
            ],
        engine.sha256 === null ? null : [t.status.hash, <Hash key="hash" value={engine.sha256} what={t.status.hash} />],
        engine.restarts === 0 ? null : [t.status.restarts, format.number(engine.restarts)],
      ]}
    />
  );
}

interface EngineAction {
  readonly icon: LucideIcon;
  readonly words: string;
  readonly run: () => Promise<void>;
}

function actionOf(engine: EngineStatus): EngineAction | null {
  const { sha256, trust, state } = engine;
  if (trust === 'missing') return null;
  if (trust !== 'trusted')
    return sha256 === null ? null : { icon: ShieldCheck, words: t.status.approve, run: () => trustEngine(sha256) };
  if (state === 'stopped' || state === 'failed') return { icon: Play, words: t.status.start, run: startEngine };
  return { icon: RotateCw, words: t.status.restart, run: restartEngine };
}

/** One button whatever the engine's state, so that it keeps the focus while approving leads to starting. */
export function EngineActions({ engine }: { readonly engine: EngineStatus }) {
  const [working, setWorking] = useState(false);
  const action = actionOf(engine);
  if (action === null) return null;
  const busy = working || engine.state === 'starting' || engine.state === 'stopping';
  const press = () => {
    setWorking(true);
    void action.run().finally(() => setWorking(false));
  };
  return (
    <Button
      look={action.run === restartEngine ? 'plain' : 'primary'}
      size="small"
      icon={action.icon}
      busy={busy}
      onPress={press}
    >
      {action.words}
    </Button>
  );
}

type Attempt = Output<'egress.attempts'>['attempts'][number];

export function Connections({ egress }: { readonly egress: EgressStatus }) {
  const [attempts, setAttempts] = useState<readonly Attempt[] | null>(null);
  useEffect(() => {
    let over = false;
    void attempt('egress.attempts', {}).then((result) => {
      if (!over) setAttempts(result.ok ? result.value.attempts : []);
    });
    return () => {
      over = true;
    };
  }, [egress.made, egress.refused]);
  return (
    <>
      <p>{t.status.connectionsWords(egress.made, egress.refused)}</p>
      {attempts === null ? null : attempts.length === 0 ? (
        <p className="soft">{t.status.noAttempts}</p>
      ) : (
        <Attempts attempts={attempts} />
      )}
      <p className="small soft">{t.status.connectionsLimits}</p>
    </>
  );
}

function Attempts({ attempts }: { readonly attempts: readonly Attempt[] }) {
  return (
    <ul className="attempts">
      {attempts
        .slice(-50)
        .toReversed()
        .map((one) => (
          <li key={`${one.at} ${one.host}`} className="small">
            <span className={one.allowed ? 'tone-caution' : 'tone-good'}>{t.status.attempt(one.allowed)}</span>
            <span>
              <code className="mono">{one.host}</code> <span className="soft">{one.purpose}</span>
            </span>
            <span className="soft numbers">
              {format.ago(one.at)} · {format.bytes(one.bytes)}
            </span>
          </li>
        ))}
    </ul>
  );
}

export function Memory({ status }: { readonly status: AppStatus }) {
  const { loaded } = status.engine;
  return (
    <>
      <p>{t.status.memoryWords(status.memory.freeBytes, status.memory.totalBytes)}</p>
      {loaded.length === 0 ? <p className="soft">{t.status.memoryNone}</p> : null}
      <Facts
        rows={loaded.map(
          (one) =>
            [
              one.name,
              `${format.bytes(one.bytes)}${one.gpuBytes > 0 ? ` · ${format.bytes(one.gpuBytes)} ${t.status.onGpu}` : ''}`,
            ] as const,
        )}
      />
      <div className="sheet-actions">
        <Button size="small" onPress={() => goTo('models')}>
          {t.status.toModels}
        </Button>
      </div>
    </>
  );
}

export function Encryption({ vault }: { readonly vault: VaultStatus }) {
  return (
    <>
      <p>{t.status.encryptedWords}</p>
      <p>{t.status.encryptedBy[vault.keySource ?? 'keychain']}</p>
      <div className="sheet-actions">
        <Button size="small" onPress={() => void lockNow()}>
          {t.status.lock}
        </Button>
      </div>
    </>
  );
}

export function RecordWords({ record }: { readonly record: RecordStatus | null }) {
  const verifying = useRecord((state) => state.verifying);
  const checked = record?.checkedAt ?? null;
  return (
    <>
      <p>{t.status.recordWords}</p>
      <p className="soft">
        {checked === null ? t.status.recordUnchecked : t.status.recordChecked(format.ago(checked))}
      </p>
      <Verification />
      <div className="sheet-actions">
        <Button look="primary" size="small" icon={ShieldCheck} busy={verifying} onPress={() => void verify()}>
          {verifying ? t.status.verifying : checked === null ? t.status.verify : t.status.verifyAgain}
        </Button>
        <Button size="small" onPress={() => goTo('record')}>
          {t.status.toRecord}
        </Button>
      </div>
    </>
  );
}
