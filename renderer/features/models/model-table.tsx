import { Box, CircleCheck, CircleHelp, CircleX, MemoryStick, TriangleAlert } from 'lucide-react';
import { Fragment } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import type { Candidate, InstalledModel } from '../../../shared/contract/types.ts';
import { useSession } from '../../app/session.ts';
import { format, t } from '../../i18n/index.ts';
import { Badge } from '../../ui/index.ts';
import { ModelFacts } from './model-facts.tsx';
import { barOf, needOf, type ModelRow } from './rows.ts';

interface TableProps {
  readonly rows: readonly ModelRow[];
  readonly free: number | null;
  readonly current: string | null;
  /** The facts of the chosen model stand under its row instead of beside the table. */
  readonly inside: boolean;
  readonly onChoose: (name: string) => void;
}

export function ModelTable({ rows, free, current, inside, onChoose }: TableProps) {
  const { columns } = t.models;
  return (
    <div className="card model-card scrolls" tabIndex={0} role="region" aria-label={t.models.table}>
      <table className="models" aria-label={t.models.table}>
        <thead>
          <tr>
            <th scope="col">{columns.model}</th>
            <th scope="col" className="model-bar">
              {free === null ? columns.needs : columns.memory(free)}
            </th>
            <th scope="col">{columns.needs}</th>
            <th scope="col" className="model-context">
              {columns.context}
            </th>
            <th scope="col">{columns.fits}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Fragment key={row.name}>
              <Row row={row} free={free} chosen={row.name === current} onChoose={onChoose} />
              {inside && row.name === current ? (
                <tr className="model-inside">
                  <td colSpan={5}>
                    <ModelFacts row={row} />
                  </td>
                </tr>
              ) : null}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  readonly row: ModelRow;
  readonly free: number | null;
  readonly chosen: boolean;
  readonly onChoose: (name: string) => void;
}

function Row({ row, free, chosen, onChoose }: RowProps) {
  const { candidate, installed } = row;
  return (
    <tr className={chosen ? 'chosen' : ''}>
      <th scope="row">
        <AriaButton className="model-name" aria-pressed={chosen} onPress={() => onChoose(row.name)}>
          <span>{row.name}</span>
          <Verified row={row} />
        </AriaButton>
      </th>
      <td className="model-bar">
        {candidate === null || free === null ? (
          <span className="small soft">{t.models.unknownFit}</span>
        ) : (
          <FitBar candidate={candidate} free={free} />
        )}
      </td>
      <td className="numbers soft">{format.bytes(candidate === null ? (installed?.size ?? 0) : needOf(candidate))}</td>
      <td className="numbers soft model-context">
        {candidate === null || candidate.context === 0 ? '–' : format.context(candidate.context)}
      </td>
      <td>
        <StateBadge row={row} free={free} />
      </td>
    </tr>
  );
}

/** Whether it is in memory now, fits, or may not run. What is in memory fits, whatever is free beside it. */
function StateBadge({
  row: { name, installed, candidate },
  free,
}: {
  readonly row: ModelRow;
  readonly free: number | null;
}) {
  const loaded = useSession((state) =>
    state.status?.engine.loaded.some((one) => one.name.replace(/:latest$/, '') === name),
  );
  if (loaded === true)
    return (
      <Badge tone="good" icon={MemoryStick}>
        {t.models.loaded}
      </Badge>
    );
  if (installed !== null && installed.state !== 'approved')
    return (
      <Badge tone={installed.state === 'blocked' ? 'bad' : 'caution'} icon={CircleHelp}>
        {t.models.state[installed.state]}
      </Badge>
    );
  if (candidate !== null) return <FitBadge candidate={candidate} free={free} />;
  return (
    <Badge tone="soft" icon={Box}>
      {t.models.installed}
    </Badge>
  );
}

function verifiedWords(installed: InstalledModel): string {
  if (installed.state === 'blocked') return t.models.state.blocked;
  if (installed.verified.ok === false) return t.models.broken;
  if (installed.verified.at === null) return t.models.notVerified;
  return t.models.verified(format.ago(installed.verified.at));
}

function Verified({ row: { installed, candidate } }: { readonly row: ModelRow }) {
  if (installed === null)
    return <span className="small soft numbers">{t.models.notInstalled(candidate?.needs.weights ?? 0)}</span>;
  const bad = installed.verified.ok === false || installed.state === 'blocked';
  const words =
    installed.kind === 'embedding' ? `${t.models.finds} · ${verifiedWords(installed)}` : verifiedWords(installed);
  return <span className={`small ${bad ? 'tone-bad' : 'soft'}`}>{words}</span>;
}

function FitBar({ candidate, free }: { readonly candidate: Candidate; readonly free: number }) {
  const bar = barOf(candidate.needs, free);
  const { weights, kv, overhead } = candidate.needs;
  return (
    <div className="fit-bar" role="img" aria-label={t.models.bar(weights, kv, overhead, free)}>
      <div className="part weights" style={{ width: `${bar.weights}%` }} />
      <div className="part kv" style={{ width: `${bar.kv}%` }} />
      <div className="part overhead" style={{ width: `${bar.overhead}%` }} />
      {bar.free < 100 ? <div className="free-mark" style={{ left: `${bar.free}%` }} /> : null}
    </div>
  );
}

function FitBadge({ candidate, free }: { readonly candidate: Candidate; readonly free: number | null }) {
  const over = free === null ? 0 : needOf(candidate) - free;
  switch (candidate.fits) {
    case 'gpu':
    case 'cpu':
      return (
        <Badge tone="good" icon={CircleCheck}>
          {t.models.fits[candidate.fits]}
        </Badge>
      );
    case 'split':
      return (
        <Badge tone="caution" icon={TriangleAlert}>
          {t.models.fits.split}
        </Badge>
      );
    case 'no':
      return (
        <Badge tone="bad" icon={CircleX}>
          {over > 0 ? t.models.tooLargeBy(over) : t.models.fits.no}
        </Badge>
      );
  }
}
