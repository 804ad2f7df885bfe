import { BookOpen, FilePlus, FolderPlus, Library, Plus, RefreshCw, Trash2 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { ListBox, ListBoxItem } from 'react-aria-components';
import type { Collection } from '../../../shared/contract/types.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { t } from '../../i18n/index.ts';
import {
  announce,
  AskName,
  Button,
  Confirm,
  Empty,
  FailureNotice,
  IconButton,
  rescueFocus,
  Skeletons,
} from '../../ui/index.ts';
import {
  addFiles,
  addSamples,
  createCollection,
  deleteCollection,
  readCollections,
  readLedger,
  rescan,
  select,
} from './actions.ts';
import { DropCover } from './drop.tsx';
import { FileFields } from './file-fields.tsx';
import { Ledger } from './ledger.tsx';
import { RunProgress } from './progress.tsx';
import { useDocuments } from './store.ts';
import './documents.css';

export function DocumentsPage() {
  const { collections, failure, selected } = useDocuments();
  const fields = useRef<FileFields | null>(null);
  const [naming, setNaming] = useState(false);
  const collection = collections?.find((one) => one.id === selected) ?? null;
  useEffect(() => {
    void readCollections();
    const { selected: now } = useDocuments.getState();
    if (now !== null) void readLedger(now);
  }, []);
  return (
    <div className="page fills documents-page">
      <FileFields ref={fields} />
      <DropCover
        words={t.documents.drop(collection?.name ?? t.documents.firstCollection)}
        onFiles={(files) => void addFiles(files)}
      />
      <header className="page-header">
        <div>
          <PageTitle>{t.documents.title}</PageTitle>
          <p className="soft">{t.documents.words}</p>
        </div>
        <Button icon={Plus} onPress={() => setNaming(true)}>
          {t.documents.newCollection}
        </Button>
      </header>
      {failure === null ? null : (
        <FailureNotice
          failure={failure}
          actions={<Button onPress={() => void readCollections()}>{t.common.retry}</Button>}
        />
      )}
      {collections === null ? (
        failure === null ? (
          <Skeletons rows={6} />
        ) : null
      ) : collections.length === 0 ? (
        <Nothing onFiles={() => fields.current?.files()} onFolder={() => fields.current?.folder()} />
      ) : (
        <Collections collections={collections} selected={selected} />
      )}
      {collection === null ? null : (
        <CollectionPanel
          collection={collection}
          onFiles={() => fields.current?.files()}
          onFolder={() => fields.current?.folder()}
        />
      )}
      <AskName
        open={naming}
        title={t.documents.newCollection}
        label={t.documents.collectionName}
        placeholder={t.documents.collectionExample}
        initial=""
        verb={t.common.create}
        onClose={() => setNaming(false)}
        onSubmit={(name) => {
          setNaming(false);
          void createCollection(name);
        }}
      />
    </div>
  );
}

function Nothing({ onFiles, onFolder }: Omit<PanelProps, 'collection'>) {
  const [adding, setAdding] = useState(false);
  const samples = async () => {
    setAdding(true);
    if (await addSamples()) announce(t.guide.samplesAdded);
    setAdding(false);
  };
  // Whatever was pressed here is gone when there is a first collection.
  useEffect(() => () => rescueFocus('main h1'), []);
  return (
    <div className="card">
      <Empty
        icon={Library}
        title={t.documents.emptyTitle}
        actions={
          <>
            <Button look="primary" icon={FolderPlus} onPress={onFolder}>
              {t.documents.addFolder}
            </Button>
            <Button icon={FilePlus} onPress={onFiles}>
              {t.documents.addFiles}
            </Button>
            <Button icon={BookOpen} busy={adding} onPress={() => void samples()}>
              {adding ? t.guide.samplesAdding : t.documents.samples}
            </Button>
          </>
        }
      >
        {t.documents.emptyWords}
      </Empty>
    </div>
  );
}

function Collections({
  collections,
  selected,
}: {
  readonly collections: readonly Collection[];
  readonly selected: string | null;
}) {
  return (
    <ListBox
      className="collections"
      aria-label={t.documents.collections}
      layout="grid"
      orientation="horizontal"
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={selected === null ? [] : [selected]}
      onSelectionChange={(keys) => {
        const [first] = keys === 'all' ? [] : [...keys];
        if (first !== undefined && first !== selected) select(String(first));
      }}
    >
      {collections.map((one) => (
        <ListBoxItem key={one.id} id={one.id} className="collection" textValue={one.name}>
          <span className="collection-name clip">{one.name}</span>
          <span className="small soft numbers">{t.documents.summary(one.documents, one.chunks, one.bytes)}</span>
          {one.failed > 0 ? <span className="small tone-caution">{t.documents.failedCount(one.failed)}</span> : null}
        </ListBoxItem>
      ))}
    </ListBox>
  );
}

interface PanelProps {
  readonly collection: Collection;
  readonly onFiles: () => void;
  readonly onFolder: () => void;
}

function CollectionPanel({ collection, onFiles, onFolder }: PanelProps) {
  const entries = useDocuments((state) => state.entries);
  const [deleting, setDeleting] = useState(false);
  return (
    <section className="collection-panel" aria-label={collection.name}>
      <div className="panel-bar">
        <h2 className="clip">{collection.name}</h2>
        <Button look="primary" icon={FolderPlus} onPress={onFolder}>
          {t.documents.addFolder}
        </Button>
        <Button icon={FilePlus} onPress={onFiles}>
          {t.documents.addFiles}
        </Button>
        <IconButton
          icon={RefreshCw}
          label={`${t.documents.rescan}: ${t.documents.rescanHint}`}
          onPress={() => void rescan(collection.id)}
        />
        <IconButton icon={Trash2} label={t.documents.deleteCollection} onPress={() => setDeleting(true)} />
      </div>
      <RunProgress collection={collection} />
      {entries === null ? (
        <Skeletons rows={6} />
      ) : entries.length === 0 ? (
        <div className="card">
          <Empty icon={FolderPlus} title={t.documents.emptyCollection}>
            {t.documents.emptyCollectionWords}
          </Empty>
        </div>
      ) : (
        <Ledger key={collection.id} collection={collection} entries={entries} />
      )}
      <Confirm
        open={deleting}
        title={t.documents.deleteTitle(collection.name)}
        words={t.documents.deleteWords(collection.documents)}
        verb={t.documents.deleteCollection}
        typed={{ label: t.documents.typeName(collection.name), value: collection.name }}
        onClose={() => setDeleting(false)}
        onConfirm={() => {
          setDeleting(false);
          void deleteCollection(collection.id);
        }}
      />
    </section>
  );
}
