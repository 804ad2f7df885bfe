import {
  ArrowLeftRight,
  Ban,
  BookOpenCheck,
  Download as DownloadIcon,
  ScanSearch,
  ShieldCheck,
  Trash2,
} from 'lucide-react';
import { useEffect } from 'react';
import type { InstalledModel, Passport } from '../../../shared/contract/types.ts';
import { useSession } from '../../app/session.ts';
import { format, t } from '../../i18n/index.ts';
import { Button, Facts, FailureNotice, Progress, Skeletons } from '../../ui/index.ts';
import { downloadOf, pull, useDownloads } from './downloads.ts';
import { FitBar } from './fit-bar.tsx';
import { largestWords, needsWords, speedWords, useMeter } from './meter.ts';
import { shareOf } from './model-state.tsx';
import { PassportChecks } from './passport-checks.tsx';
import { PassportState, PassportSummary } from './passport-facts.tsx';
import { askFor, openPassport, readPassport, usePassports, verify } from './passports.ts';
import { useMayPull, useMustTry } from './rules.ts';
import { fullName, type ModelRow } from './rows.ts';
import { bare } from './store.ts';
import { TrialStep } from './trial.tsx';

/** What is known of one model, and what can be done with it. */
export function ModelPanel({ row, free }: { readonly row: ModelRow; readonly free: number }) {
  const { name, title, installed } = row;
  return (
    <section className="model-panel" aria-label={t.models.details(name)}>
      <div>
        <h2 className="clip">{t.models.details(name)}</h2>
        {title === '' ? null : <p className="small soft">{title}</p>}
      </div>
      {installed === null ? null : <Trust installed={installed} />}
      <Needs row={row} free={free} />
      {installed === null ? <ToGet row={row} /> : null}
    </section>
  );
}

function Needs({ row, free }: { readonly row: ModelRow; readonly free: number }) {
  const meter = useMeter(row, free);
  const loaded = useSession((state) => state.status?.engine.loaded.find((one) => bare(one.name) === row.name));
  const { facts } = t.models;
  if (meter === null) return null;
  const speed = speedWords(meter);
  const { candidate, installed } = row;
  return (
    <div className="panel-part">
      {installed === null ? <FitBar meter={meter} /> : null}
      <Facts
        rows={[
          installed === null ? [facts.download, format.bytes(candidate?.needs.weights ?? 0)] : null,
          installed === null && candidate !== null && candidate.licence !== ''
            ? [facts.licence, candidate.licence]
            : null,
          [facts.needs, needsWords(meter)],
          meter.made === 0 ? null : [facts.context, largestWords(meter)],
          speed === null ? null : [facts.speed, speed],
          loaded === undefined ? null : [facts.memory, format.bytes(loaded.bytes)],
        ]}
      />
      {loaded === undefined ? <p className="small soft">{meter.reason}</p> : null}
    </div>
  );
}

function ToGet({ row }: { readonly row: ModelRow }) {
  const coming = useDownloads((state) => downloadOf(state.list, row.name));
  const mayPull = useMayPull();
  if (coming !== null) return null;
  if (!mayPull) return <p className="small soft">{t.rules.noPull}</p>;
  return (
    <div className="panel-actions">
      <Button look="primary" icon={DownloadIcon} onPress={() => void pull(fullName(row))}>
        {t.models.getNamed(row.name)}
      </Button>
    </div>
  );
}

function Trust({ installed }: { readonly installed: InstalledModel }) {
  const { name, digest, state } = installed;
  const passport = usePassports((store) => store.known[name]);
  const failure = usePassports((store) => store.failures[name]);
  // Another digest or state: what was read is of before.
  useEffect(() => void readPassport(name), [name, digest, state]);
  return (
    <div className="panel-part">
      {failure === undefined ? null : (
        <FailureNotice
          failure={failure}
          actions={<Button onPress={() => void readPassport(name)}>{t.common.retry}</Button>}
        />
      )}
      {passport !== undefined ? (
        <>
          <Standing passport={passport} runs={state === 'approved'} />
          <PassportSummary passport={passport} />
          {passport.state === 'quarantined' ? (
            <TrialStep name={name} passport={passport} runs={state === 'approved'} />
          ) : null}
          <Decisions name={name} passport={passport} />
        </>
      ) : failure === undefined ? (
        <Skeletons rows={4} height={18} />
      ) : null}
    </div>
  );
}

/** `runs`: a version of this name runs, which need not be the one of the passport. */
function Standing({ passport, runs }: { readonly passport: Passport; readonly runs: boolean }) {
  return (
    <div>
      <PassportState passport={passport} />
      {runs && passport.state !== 'approved' ? <p className="small soft">{t.passports.runsMeanwhile}</p> : null}
    </div>
  );
}

/** What waits shows what speaks for it, so that nobody approves unseen. */
function Decisions({ name, passport }: { readonly name: string; readonly passport: Passport }) {
  const run = usePassports((store) => store.running[name]);
  const { state, source, previous } = passport;
  const pinned = source.kind === 'pinned';
  // Until then the trial is what comes first.
  const isTried = passport.kind === 'embedding' || passport.evaluation !== null;
  const waits = useMustTry() && passport.kind === 'chat' && passport.evaluation?.set.isPresent !== true;
  return (
    <>
      {state === 'approved' ? null : <PassportChecks passport={passport} />}
      {run === undefined ? null : (
        <Progress label={t.models.verifying(shareOf(run))} value={run.done} of={Math.max(1, run.total)} />
      )}
      {state !== 'approved' && waits ? <p className="small soft">{t.rules.tryFirst}</p> : null}
      <div className="panel-actions">
        {state === 'approved' || waits ? null : (
          <Button
            look={isTried ? 'primary' : 'plain'}
            size="small"
            icon={ShieldCheck}
            onPress={() => askFor(name, 'approve')}
          >
            {t.passports.approve}
          </Button>
        )}
        <Button size="small" icon={BookOpenCheck} onPress={() => openPassport(name)}>
          {t.passports.open}
        </Button>
        <Button size="small" icon={ScanSearch} busy={run !== undefined} onPress={() => void verify(name)}>
          {run === undefined ? t.passports.verify : t.models.verifying(shareOf(run))}
        </Button>
        {previous.length === 0 ? null : (
          <Button size="small" icon={ArrowLeftRight} onPress={() => askFor(name, 'rollback')}>
            {t.passports.rollback}
          </Button>
        )}
        {pinned || state === 'blocked' ? null : (
          <Button size="small" icon={Ban} onPress={() => askFor(name, 'block')}>
            {t.passports.block}
          </Button>
        )}
        {pinned ? null : (
          <Button size="small" icon={Trash2} onPress={() => askFor(name, 'remove')}>
            {t.passports.remove}
          </Button>
        )}
      </div>
    </>
  );
}
