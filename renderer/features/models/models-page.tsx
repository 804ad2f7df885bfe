import { useEffect, useMemo, useState } from 'react';
import type { Hardware } from '../../../shared/contract/types.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { t } from '../../i18n/index.ts';
import { Button, FailureNotice, Skeletons, useMedia } from '../../ui/index.ts';
import { AddModel } from './add-model.tsx';
import { ModelFacts } from './model-facts.tsx';
import { ModelTable } from './model-table.tsx';
import { freeMemory, rowsOf } from './rows.ts';
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
  const { installed, hardware, failure } = useModels();
  useEffect(() => void readModels(), []);
  const waiting = installed === null && failure === null;
  const noChat = installed !== null && chatModels(installed).length === 0;
  // Where the way to a model stands is settled when the page comes: it does not jump away from whoever follows it.
  const [first, setFirst] = useState<boolean | null>(null);
  if (first === null && installed !== null) setFirst(noChat);
  return (
    <div className="page models-page">
      <header className="page-header">
        <div>
          <PageTitle>{t.models.title}</PageTitle>
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
      {first === true ? <AddModel none={noChat} /> : null}
      <Models />
      {first === false ? <AddModel none={noChat} /> : null}
    </div>
  );
}

/** So many models that could be added are shown at first. */
const few = 6;

function Models() {
  const { installed, hardware, candidates, fits } = useModels();
  const [chosen, setChosen] = useState<string | null>(null);
  const [all, setAll] = useState(false);
  const beside = useMedia('(min-width: 1181px)');
  const rows = useMemo(() => rowsOf(installed ?? [], candidates ?? [], fits), [installed, candidates, fits]);
  if (rows.length === 0) return null;
  const most = rows.filter((row) => row.installed !== null).length + few;
  const shown = all ? rows : rows.slice(0, most);
  const current = rows.find((row) => row.name === chosen) ?? (beside ? rows[0] : undefined) ?? null;
  const free = hardware === null ? null : freeMemory(hardware);
  const choose = (name: string) => setChosen(!beside && name === chosen ? null : name);
  return (
    <>
      <div className="models-grid">
        <ModelTable rows={shown} free={free} current={current?.name ?? null} inside={!beside} onChoose={choose} />
        {current === null || !beside ? null : (
          <aside className="card model-beside">
            <ModelFacts row={current} />
          </aside>
        )}
      </div>
      <div className="models-foot">
        <Legend />
        {rows.length <= most ? null : (
          <Button size="small" onPress={() => setAll(!all)}>
            {all ? t.models.fewer : t.models.more(rows.length)}
          </Button>
        )}
      </div>
    </>
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
