import { Download as DownloadIcon } from 'lucide-react';
import { Fragment } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { t } from '../../i18n/index.ts';
import { Button } from '../../ui/index.ts';
import { downloadOf, pull, useDownloads } from './downloads.ts';
import { FitBar } from './fit-bar.tsx';
import { useMeter } from './meter.ts';
import { ModelPanel } from './model-panel.tsx';
import { StateBadge, StateLine } from './model-state.tsx';
import { useMayPull } from './rules.ts';
import { fullName, totalOf, type Meter, type ModelRow } from './rows.ts';

interface TableProps {
  readonly rows: readonly ModelRow[];
  /** Bytes free on the card, or in memory where there is none. */
  readonly free: number;
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
              {columns.memory}
            </th>
            <th scope="col" className="model-context">
              {columns.context}
            </th>
            <th scope="col">{columns.fits}</th>
            <th scope="col">
              <span className="unseen">{columns.action}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Fragment key={row.name}>
              <Row row={row} free={free} chosen={row.name === current} onChoose={onChoose} />
              {inside && row.name === current ? (
                <tr className="model-inside">
                  <td colSpan={5}>
                    <ModelPanel row={row} free={free} />
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
  readonly free: number;
  readonly chosen: boolean;
  readonly onChoose: (name: string) => void;
}

function Row({ row, free, chosen, onChoose }: RowProps) {
  const meter = useMeter(row, free);
  return (
    <tr className={chosen ? 'chosen' : ''}>
      <th scope="row">
        <AriaButton className="model-name" aria-pressed={chosen} onPress={() => onChoose(row.name)}>
          <span>{row.name}</span>
          <StateLine row={row} />
        </AriaButton>
      </th>
      <td className="model-bar">
        {meter === null ? (
          <span className="small soft">{t.models.unknownFit}</span>
        ) : (
          <>
            <FitBar meter={meter} />
            <span className="small soft numbers">{t.models.needsOf(totalOf(meter.needs), meter.free)}</span>
          </>
        )}
      </td>
      <td className="numbers soft model-context">{contextOf(meter)}</td>
      <td>
        <StateBadge row={row} meter={meter} />
      </td>
      <td className="model-action">
        <GetButton row={row} meter={meter} />
      </td>
    </tr>
  );
}

function contextOf(meter: Meter | null): string {
  const largest = meter?.largest === undefined ? meter?.made : meter.largest;
  return largest === undefined || largest === null || largest === 0 ? '–' : t.models.upTo(largest);
}

/** What does not fit can still be got: other programs may be closed by the time it is asked. */
function GetButton({ row, meter }: { readonly row: ModelRow; readonly meter: Meter | null }) {
  const coming = useDownloads((state) => downloadOf(state.list, row.name));
  const mayPull = useMayPull();
  // Why there is none to press stands above the table.
  if (row.installed !== null || coming !== null || !mayPull) return null;
  return (
    <Button
      size="small"
      icon={DownloadIcon}
      look={meter?.fits === 'no' ? 'quiet' : 'plain'}
      aria-label={t.models.getNamed(row.name)}
      onPress={() => void pull(fullName(row))}
    >
      {t.models.get}
    </Button>
  );
}
