import { Box, CircleCheck, CircleHelp, CircleX, TriangleAlert } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import type { Candidate, Hardware, InstalledModel } from '../../../shared/contract/types.ts';
import { format, t } from '../../i18n/index.ts';
import { Badge, Button, FailureNotice, Hash, Facts, Notice, Skeletons } from '../../ui/index.ts';
import { barOf, freeMemory, needOf, rowsOf, type ModelRow } from './rows.ts';
import { chatModels, readModels, useModels } from './store.ts';
import './models.css';

function hardwareLine(hardware: Hardware): string {
  const cards = hardware.gpus.map((gpu) => t.models.gpu(gpu.name, gpu.totalBytes, gpu.freeBytes));
  const { totalBytes, freeBytes } = hardware.memory;
  return t.models.hardware([
    ...(cards.length === 0 ? [t.models.noGpu] : cards),
    t.models.memory(totalBytes, freeBytes),
    t.models.cores(hardware.cpu.cores),
  ]);
}

export function ModelsPage() {
  const { installed, hardware, candidates, failure } = useModels();
  const [chosen, setChosen] = useState<string | null>(null);
  const rows = useMemo(() => rowsOf(installed ?? [], candidates ?? []), [installed, candidates]);
  useEffect(() => void readModels(), []);
  const current = rows.find((row) => row.name === chosen) ?? rows[0] ?? null;
  const free = hardware === null ? null : freeMemory(hardware);
  const waiting = installed === null && failure === null;
  return (
    <div className="page models-page scrolls">
      <header className="page-header">
        <div>
          <h1>{t.models.title}</h1>
          <p className="soft numbers">{hardware === null ? ' ' : hardwareLine(hardware)}</p>
        </div>
      </header>
      {failure === null ? null : (
        <FailureNotice
          failure={failure}
          actions={<Button onPress={() => void readModels()}>{t.common.retry}</Button>}
        />
      )}
      {waiting ? <Skeletons rows={6} height={56} /> : null}
      {installed !== null && chatModels(installed).length === 0 ? <Notice kind="info">{t.models.noChat}</Notice> : null}
      {rows.length === 0 ? null : (
        <div className="models-grid">
          <ModelTable rows={rows} free={free} current={current?.name ?? null} onChoose={setChosen} />
          {current === null ? null : <Details row={current} />}
        </div>
      )}
      {rows.length === 0 ? null : <Legend />}
      <AddByHand />
    </div>
  );
}

interface TableProps {
  readonly rows: readonly ModelRow[];
  readonly free: number | null;
  readonly current: string | null;
  readonly onChoose: (name: string) => void;
}

function ModelTable({ rows, free, current, onChoose }: TableProps) {
  const { columns } = t.models;
  return (
    <div className="card model-card scrolls" tabIndex={0} role="region" aria-label={t.models.table}>
      <table className="models" aria-label={t.models.table}>
        <thead>
          <tr>
            <th scope="col">{columns.model}</th>
            <th scope="col">{free === null ? columns.needs : columns.memory(free)}</th>
            <th scope="col">{columns.needs}</th>
            <th scope="col">{columns.context}</th>
            <th scope="col">{columns.fits}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name} className={row.name === current ? 'chosen' : ''}>
              <th scope="row">
                <AriaButton
                  className="model-name"
                  aria-pressed={row.name === current}
                  onPress={() => onChoose(row.name)}
                >
                  <span>{row.name}</span>
                  <Verified row={row} />
                </AriaButton>
              </th>
              <td>
                {row.candidate === null || free === null ? (
                  <span className="small soft">{t.models.unknownFit}</span>
                ) : (
                  <FitBar candidate={row.candidate} free={free} />
                )}
              </td>
              <td className="numbers soft">
                {format.bytes(row.candidate === null ? (row.installed?.size ?? 0) : needOf(row.candidate))}
              </td>
              <td className="numbers soft">
                {row.candidate === null || row.candidate.fits === 'no' ? '–' : format.context(row.candidate.context)}
              </td>
              <td>
                {row.candidate === null ? (
                  <StateBadge installed={row.installed} />
                ) : (
                  <FitBadge candidate={row.candidate} free={free} />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
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

function StateBadge({ installed }: { readonly installed: InstalledModel | null }) {
  if (installed === null) return null;
  const tone = installed.state === 'blocked' ? 'bad' : installed.state === 'quarantined' ? 'caution' : 'soft';
  return (
    <Badge tone={tone} icon={installed.state === 'approved' ? Box : CircleHelp}>
      {installed.state === 'approved' ? t.models.installed : t.models.state[installed.state]}
    </Badge>
  );
}

/** What is known of the chosen model. */
function Details({ row: { name, title, installed, candidate } }: { readonly row: ModelRow }) {
  const { facts } = t.models;
  return (
    <aside className="card model-details" aria-label={t.models.details(name)}>
      <h2 className="clip">{t.models.details(name)}</h2>
      <Facts
        rows={[
          title === '' ? null : [facts.title, title],
          installed === null ? null : [facts.kind, t.models.kind[installed.kind]],
          candidate === null || candidate.licence === '' ? null : [facts.licence, candidate.licence],
          installed === null ? null : [facts.state, t.models.state[installed.state]],
          [facts.size, format.bytes(installed?.size ?? candidate?.needs.weights ?? 0)],
          candidate === null ? null : [facts.context, format.number(candidate.context)],
          installed === null
            ? null
            : [facts.digest, <Hash key="digest" value={installed.digest} what={facts.digest} />],
          installed === null
            ? null
            : [facts.checked, installed.verified.at === null ? t.common.never : format.ago(installed.verified.at)],
        ]}
      />
      {candidate === null || candidate.reason === '' ? null : (
        <p className="reason-line small soft">{candidate.reason}</p>
      )}
    </aside>
  );
}

function Legend() {
  return (
    <ul className="legend small soft" aria-hidden>
      {(['weights', 'kv', 'overhead'] as const).map((part) => (
        <li key={part}>
          <span className={`swatch ${part}`} />
          {t.models.legend[part]}
        </li>
      ))}
    </ul>
  );
}

/** The honest way to a model until downloads come. */
function AddByHand() {
  return (
    <section className="card add-model" aria-labelledby="add-model">
      <h2 id="add-model">{t.models.addTitle}</h2>
      <p className="soft">{t.models.addWords}</p>
      <ol>
        {t.models.addSteps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <p className="soft">{t.models.addWithout}</p>
    </section>
  );
}
