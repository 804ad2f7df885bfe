import { BookOpen, FilePlus, FolderPlus } from 'lucide-react';
import { useRef, useState } from 'react';
import { PageTitle } from '../../app/page-title.tsx';
import { useSession } from '../../app/session.ts';
import { t } from '../../i18n/index.ts';
import { announce, Button } from '../../ui/index.ts';
import { addFiles, addSamples } from '../documents/actions.ts';
import { DropCover } from '../documents/drop.tsx';
import { FileFields } from '../documents/file-fields.tsx';
import { RunProgress } from '../documents/progress.tsx';
import { useDocuments } from '../documents/store.ts';
import { EngineApproval } from '../status/approval.tsx';
import '../documents/documents.css';

const nextId = 'guide-next';

export function DocumentsStep({ onNext }: { readonly onNext: () => void }) {
  const fields = useRef<FileFields | null>(null);
  const [busy, setBusy] = useState(false);
  const engine = useSession((state) => state.status?.engine ?? null);
  const collection = useDocuments((state) => state.collections?.find((one) => one.id === state.selected) ?? null);
  const filled = collection !== null && collection.documents > 0;
  const samples = async () => {
    setBusy(true);
    const added = await addSamples();
    setBusy(false);
    if (added) announce(t.guide.samplesAdded);
    const button = document.activeElement;
    // Whoever waited here goes on; whoever went elsewhere meanwhile is left there.
    if (added && button instanceof HTMLElement && button.dataset['samples'] !== undefined)
      document.getElementById(nextId)?.focus();
  };
  return (
    <div className="guide-body">
      <FileFields ref={fields} />
      <DropCover
        words={t.documents.drop(collection?.name ?? t.documents.firstCollection)}
        onFiles={(files) => void addFiles(files)}
      />
      <PageTitle>{t.guide.documentsTitle}</PageTitle>
      <p className="soft">{t.guide.documentsWords}</p>
      <div className="drop-place">
        <span className="soft">{t.guide.drop}</span>
        <div className="guide-actions">
          <Button icon={FolderPlus} onPress={() => fields.current?.folder()}>
            {t.guide.addFolder}
          </Button>
          <Button icon={FilePlus} onPress={() => fields.current?.files()}>
            {t.guide.addFiles}
          </Button>
        </div>
      </div>
      <div className="sample-line">
        <Button icon={BookOpen} busy={busy} data-samples="" onPress={() => void samples()}>
          {busy ? t.guide.samplesAdding : t.guide.samples}
        </Button>
        <span className="small soft">{t.guide.samplesWords}</span>
      </div>
      {collection === null ? null : (
        <div className="guide-progress">
          <p className="small numbers">
            <strong>{collection.name}</strong> ·{' '}
            {t.documents.summary(collection.documents, collection.chunks, collection.bytes)}
          </p>
          <RunProgress collection={collection} />
          {engine === null ? null : <EngineApproval engine={engine} next={`#${nextId}`} />}
        </div>
      )}
      <div className="guide-actions">
        <Button id={nextId} look={filled ? 'primary' : 'plain'} onPress={onNext}>
          {filled ? t.common.next : t.common.skip}
        </Button>
      </div>
    </div>
  );
}
