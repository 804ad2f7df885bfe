import { BookOpen, FilePlus, FolderPlus } from 'lucide-react';
import { useRef, useState } from 'react';
import { t } from '../../i18n/index.ts';
import { Button } from '../../ui/index.ts';
import { addSamples } from '../documents/actions.ts';
import { DropCover } from '../documents/drop.tsx';
import { FileFields } from '../documents/file-fields.tsx';
import { RunProgress } from '../documents/progress.tsx';
import { useDocuments } from '../documents/store.ts';
import '../documents/documents.css';

export function DocumentsStep({ onNext }: { readonly onNext: () => void }) {
  const fields = useRef<FileFields | null>(null);
  const [busy, setBusy] = useState(false);
  const collection = useDocuments((state) => state.collections?.find((one) => one.id === state.selected) ?? null);
  const filled = collection !== null && collection.documents > 0;
  const samples = async () => {
    setBusy(true);
    await addSamples();
    setBusy(false);
  };
  return (
    <div className="guide-body">
      <FileFields ref={fields} />
      <DropCover name={collection?.name ?? t.documents.firstCollection} />
      <h1>{t.guide.documentsTitle}</h1>
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
        <Button icon={BookOpen} isDisabled={busy} onPress={() => void samples()}>
          {t.guide.samples}
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
        </div>
      )}
      <div className="guide-actions">
        <Button look={filled ? 'primary' : 'plain'} onPress={onNext}>
          {filled ? t.common.next : t.common.skip}
        </Button>
      </div>
    </div>
  );
}
