import { ScanSearch } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import type { Hardware, InstalledModel } from '../../../shared/contract/types.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { useSession } from '../../app/session.ts';
import { t } from '../../i18n/index.ts';
import { Button, FailureNotice, Skeletons, useMedia } from '../../ui/index.ts';
import { DropCover } from '../documents/drop.tsx';
import { AddModel } from './add-model.tsx';
import { ChangedModels } from './changed.tsx';
import { ContextSlider } from './context-slider.tsx';
import { DecisionDialog } from './decision-dialog.tsx';
import { DownloadList } from './download-list.tsx';
import { Legend } from './fit-bar.tsx';
import { bringFiles } from './import.ts';
import { KeptAs } from './kept-as.tsx';
import { MemoryNow } from './memory-now.tsx';
import { useReadFits } from './meter.ts';
import { ModelPanel } from './model-panel.tsx';
import { ModelTable } from './model-table.tsx';
import { PassportDialog } from './passport-dialog.tsx';
import { usePassports, verify } from './passports.ts';
import { Proposals } from './proposals.tsx';
import { PublishersCard } from './publishers.tsx';
import { RulesNotice } from './rules-notice.tsx';
import { useMayPull } from './rules.ts';
import { freeMemory, rowsOf } from './rows.ts';
import { chatModels, readModels, useModels } from './store.ts';
import './models.css';
import './parts.css';
import './incoming.css';
import './panel.css';
import './rules.css';

export function ModelsPage() {
  const { installed, hardware, failure } = useModels();
  const loaded = useSession((state) => state.status?.engine.loaded.map(({ name }) => name).join('\n'));
  // What is free changes with what is loaded.
  useEffect(() => void readModels(), [loaded]);
  const noChat = installed !== null && chatModels(installed).length === 0;
  // Whether models are proposed is settled when the page comes: they do not jump away from whoever gets one.
  const mayPull = useMayPull();
  const [first, setFirst] = useState<boolean | null>(null);
  if (first === null && installed !== null) setFirst(noChat);
  return (
    <div className="page models-page">
      <DropCover words={t.models.drop} onFiles={(files) => void bringFiles(files)} />
      <header className="page-header">
        <div>
          <PageTitle>{t.models.title}</PageTitle>
          <p className="soft numbers">{hardware === null ? ' ' : hardwareLine(hardware)}</p>
        </div>
        {installed === null || installed.length === 0 ? null : <VerifyAll installed={installed} />}
      </header>
      {failure === null ? null : (
        <FailureNotice
          failure={failure}
          actions={<Button onPress={() => void readModels()}>{t.common.retry}</Button>}
        />
      )}
      {(installed === null || hardware === null) && failure === null ? <Skeletons rows={6} height={56} /> : null}
      <RulesNotice />
      <ChangedModels />
      <DownloadList />
      {first === true && mayPull ? <Proposals /> : null}
      {hardware === null ? null : <MemoryNow hardware={hardware} />}
      <Models />
      {installed === null ? null : <AddModel />}
      <PublishersCard />
      <PassportDialog />
      <DecisionDialog />
    </div>
  );
}

function hardwareLine(hardware: Hardware): string {
  const cards = hardware.gpus.map((gpu) => t.models.gpu(gpu.name, gpu.totalBytes));
  return t.models.hardware([
    ...(cards.length === 0 ? [t.models.noGpu] : cards),
    t.models.memory(hardware.memory.totalBytes),
    t.models.cores(hardware.cpu.cores),
  ]);
}

function VerifyAll({ installed }: { readonly installed: readonly InstalledModel[] }) {
  const busy = usePassports((state) => Object.keys(state.running).length > 0);
  const size = installed.reduce((sum, model) => sum + model.size, 0);
  return (
    <div className="verify-all">
      <span className="small soft numbers">{t.models.onDisk(installed.length, size)}</span>
      <Button icon={ScanSearch} busy={busy} onPress={() => void verify(null)}>
        {busy ? t.passports.verifying : t.passports.verifyAll}
      </Button>
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
  const loaded = useSession((state) => state.status?.engine.loaded);
  const rows = useMemo(() => rowsOf(installed ?? [], candidates ?? [], fits), [installed, candidates, fits]);
  const most = rows.filter((row) => row.installed !== null).length + few;
  const shown = all ? rows : rows.slice(0, most);
  useReadFits(shown, hardware);
  if (rows.length === 0) return null;
  const current = rows.find((row) => row.name === chosen) ?? (beside ? rows[0] : undefined) ?? null;
  const free = hardware === null ? 0 : freeMemory(hardware, loaded);
  const choose = (name: string) => setChosen(!beside && name === chosen ? null : name);
  return (
    <>
      <ContextSlider />
      <KeptAs />
      <div className="models-grid">
        <ModelTable rows={shown} free={free} current={current?.name ?? null} inside={!beside} onChoose={choose} />
        {current === null || !beside ? null : (
          <aside className="card model-beside scrolls">
            <ModelPanel row={current} free={free} />
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
