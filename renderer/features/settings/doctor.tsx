import { CircleAlert, CircleCheck, RefreshCw, TriangleAlert, type LucideIcon } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Check, EngineStatus } from '../../../shared/contract/types.ts';
import { useSession } from '../../app/session.ts';
import { attempt, type Failure } from '../../bridge/index.ts';
import { t } from '../../i18n/index.ts';
import { Button, FailureNotice, Skeletons } from '../../ui/index.ts';

const checkLooks: Readonly<Record<Check['status'], { readonly icon: LucideIcon; readonly tone: string }>> = {
  ok: { icon: CircleCheck, tone: 'tone-good' },
  warn: { icon: TriangleAlert, tone: 'tone-caution' },
  fail: { icon: CircleAlert, tone: 'tone-bad' },
};

/** The checks of this computer. They run again when the engine is approved, starts or stops. */
export function Doctor() {
  const engine = useSession((state) => state.status?.engine ?? null);
  const engineIs = engine === null ? '' : `${engine.trust} ${engine.state}`;
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
  }, [turn, engineIs]);
  const again = () => {
    setChecks(null);
    setFailure(null);
    setTurn(turn + 1);
  };
  return (
    <section className="card setting" aria-labelledby="doctor">
      <div className="setting-head">
        <h2 id="doctor">{t.settings.doctor}</h2>
        <Button size="small" icon={RefreshCw} busy={checks === null && failure === null} onPress={again}>
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

const nameOf = (id: string): string => (t.settings.checks as Readonly<Record<string, string>>)[id] ?? id;

/** What to do. The engine is approved here, a line further up, and not by the command that the check names. */
function fixOf({ id, fix }: Check, trust: EngineStatus['trust'] | null): string | null {
  if (id === 'engine' && (trust === 'unknown' || trust === 'changed')) return t.settings.approveAbove;
  return fix ?? null;
}

function CheckRow({ check }: { readonly check: Check }) {
  const { icon: Icon, tone } = checkLooks[check.status];
  const fix = fixOf(
    check,
    useSession((state) => state.status?.engine.trust ?? null),
  );
  return (
    <li className="check">
      <Icon size={16} strokeWidth={1.75} className={tone} aria-hidden />
      <span className="unseen">{t.settings.status[check.status]}</span>
      <span className="check-name">{nameOf(check.id)}</span>
      <span>
        {check.summary}
        {fix === null ? null : <span className="check-fix soft">{fix}</span>}
      </span>
    </li>
  );
}
