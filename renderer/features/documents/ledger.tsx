import {
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleMinus,
  CircleSlash,
  Ellipsis,
  LoaderCircle,
  type LucideIcon,
} from 'lucide-react';
import { useMemo, useState } from 'react';
import {
  Button as AriaButton,
  Menu,
  MenuItem,
  MenuTrigger,
  Popover,
  ToggleButton,
  ToggleButtonGroup,
} from 'react-aria-components';
import type { Collection, LedgerEntry } from '../../../shared/contract/types.ts';
import { format, t } from '../../i18n/index.ts';
import { Confirm, rescueFocus, VirtualTable, type Column } from '../../ui/index.ts';
import { FileIcon } from '../chats/sources.tsx';
import { openTarget } from '../viewer/store.ts';
import { removeDocument } from './actions.ts';
import { countByFilter, matchesFilter, type Filter } from './store.ts';

const filters: readonly Filter[] = ['all', 'ready', 'working', 'failed', 'skipped', 'removed'];

const looks: Readonly<Record<LedgerEntry['status'], { readonly icon: LucideIcon; readonly tone: string }>> = {
  indexed: { icon: CircleCheck, tone: 'tone-good' },
  unchanged: { icon: CircleCheck, tone: 'tone-good' },
  skipped: { icon: CircleMinus, tone: 'tone-soft' },
  failed: { icon: CircleAlert, tone: 'tone-bad' },
  removed: { icon: CircleSlash, tone: 'tone-soft' },
  waiting: { icon: CircleDashed, tone: 'tone-soft' },
  parsing: { icon: LoaderCircle, tone: 'tone-soft spin' },
};

interface LedgerProps {
  readonly collection: Collection;
  readonly entries: readonly LedgerEntry[];
}

/** Every file that was ever offered, and what became of it. Only the rows in sight are drawn. */
export function Ledger({ collection, entries }: LedgerProps) {
  const [filter, setFilter] = useState<Filter>('all');
  const counts = useMemo(() => countByFilter(entries), [entries]);
  const rows = useMemo(() => entries.filter((entry) => matchesFilter(entry, filter)), [entries, filter]);
  const [removing, setRemoving] = useState<LedgerEntry | null>(null);
  const columns = useMemo(() => columnsOf(setRemoving), []);
  return (
    <>
      <ToggleButtonGroup
        className="segments"
        aria-label={t.documents.filter}
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={[filter]}
        onSelectionChange={(keys) => setFilter(filters.find((one) => keys.has(one)) ?? 'all')}
      >
        {filters
          .filter((one) => one === 'all' || counts[one] > 0)
          .map((one) => (
            <ToggleButton key={one} id={one} className="segment">
              {t.documents.filters[one]} <span className="numbers">{format.number(counts[one])}</span>
            </ToggleButton>
          ))}
      </ToggleButtonGroup>
      <VirtualTable
        label={t.documents.ledger(collection.name)}
        className="ledger"
        columns={columns}
        rows={rows}
        rowKey={(entry) => entry.path}
        rowHeight={46}
        none={t.documents.none}
      />
      <Confirm
        open={removing !== null}
        title={t.documents.removeTitle(removing?.name ?? '')}
        words={t.documents.removeWords}
        verb={t.documents.remove}
        onClose={() => setRemoving(null)}
        onConfirm={() => {
          if (removing !== null && removing.documentId !== null)
            void removeDocument(removing.documentId, collection.id).then(() => rescueFocus('.table-card', 'main h1'));
          setRemoving(null);
        }}
      />
    </>
  );
}

const figure = (value: number): string => (value === 0 ? '–' : format.number(value));

const canOpen = ({ documentId, status }: LedgerEntry): boolean =>
  documentId !== null && (status === 'indexed' || status === 'unchanged');

const figureColumn = { detail: true, className: 'small numbers' } as const;

function columnsOf(onRemove: (entry: LedgerEntry) => void): readonly Column<LedgerEntry>[] {
  const { columns } = t.documents;
  return [
    { id: 'name', title: columns.name, cell: (entry) => <Name entry={entry} /> },
    { id: 'status', title: columns.status, className: 'small', cell: (entry) => <Status entry={entry} /> },
    { ...figureColumn, id: 'pages', title: columns.pages, cell: (entry) => figure(entry.pages) },
    { ...figureColumn, id: 'passages', title: columns.passages, cell: (entry) => figure(entry.chunks) },
    { ...figureColumn, id: 'size', title: columns.size, cell: (entry) => format.bytes(entry.bytes) },
    {
      ...figureColumn,
      id: 'when',
      title: columns.when,
      className: 'small numbers soft',
      cell: (entry) => (entry.indexedAt === null ? '–' : format.ago(entry.indexedAt)),
    },
    {
      id: 'menu',
      title: t.documents.actions,
      bare: true,
      cell: (entry) => (entry.documentId === null ? null : <RowMenu entry={entry} onRemove={onRemove} />),
    },
  ];
}

function Name({ entry }: { readonly entry: LedgerEntry }) {
  return (
    <>
      <FileIcon name={entry.name} />
      <span className="name-lines">
        {canOpen(entry) ? (
          <AriaButton className="text-link clip" onPress={() => open(entry)}>
            {entry.name}
          </AriaButton>
        ) : (
          <span className="clip">{entry.name}</span>
        )}
        {entry.reason === null ? null : <span className="small soft">{entry.reason}</span>}
      </span>
    </>
  );
}

function Status({ entry }: { readonly entry: LedgerEntry }) {
  const { icon: Icon, tone } = looks[entry.status];
  return (
    <span className={`ledger-status ${tone}`}>
      <Icon size={15} strokeWidth={1.75} aria-hidden />
      {t.documents.status[entry.status]}
    </span>
  );
}

function open(entry: LedgerEntry): void {
  if (entry.documentId === null) return;
  void openTarget({ documentId: entry.documentId, name: entry.name, page: 1, words: null, from: null });
}

function RowMenu({
  entry,
  onRemove,
}: {
  readonly entry: LedgerEntry;
  readonly onRemove: (entry: LedgerEntry) => void;
}) {
  return (
    <MenuTrigger>
      <AriaButton className="icon-button" aria-label={t.documents.more(entry.name)}>
        <Ellipsis size={17} strokeWidth={1.75} aria-hidden />
      </AriaButton>
      <Popover className="popover" placement="bottom end">
        <Menu
          className="menu"
          aria-label={t.documents.more(entry.name)}
          disabledKeys={canOpen(entry) ? [] : ['open']}
          onAction={(key) => (key === 'open' ? open(entry) : onRemove(entry))}
        >
          <MenuItem id="open" className="menu-item">
            <span />
            {t.documents.open}
          </MenuItem>
          <MenuItem id="remove" className="menu-item danger">
            <span />
            {t.documents.remove}
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
