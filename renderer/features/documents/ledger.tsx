import { useVirtualizer } from '@tanstack/react-virtual';
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
import { useMemo, useRef, useState } from 'react';
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
import { Confirm } from '../../ui/index.ts';
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
      <Rows name={collection.name} rows={rows} onRemove={setRemoving} />
      <Confirm
        open={removing !== null}
        title={t.documents.removeTitle(removing?.name ?? '')}
        words={t.documents.removeWords}
        verb={t.documents.remove}
        onClose={() => setRemoving(null)}
        onConfirm={() => {
          if (removing !== null && removing.documentId !== null)
            void removeDocument(removing.documentId, collection.id);
          setRemoving(null);
        }}
      />
    </>
  );
}

const rowHeight = 46;

interface RowsProps {
  readonly name: string;
  readonly rows: readonly LedgerEntry[];
  readonly onRemove: (entry: LedgerEntry) => void;
}

function Rows({ name, rows, onRemove }: RowsProps) {
  const frame = useRef<HTMLDivElement | null>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    getItemKey: (at) => rows[at]?.path ?? at,
  });
  const { columns } = t.documents;
  return (
    <div
      className="card table-card scrolls"
      ref={frame}
      tabIndex={0}
      role="region"
      aria-label={t.documents.ledger(name)}
    >
      <div role="table" aria-label={t.documents.ledger(name)} aria-rowcount={rows.length + 1} className="ledger">
        <div role="row" aria-rowindex={1} className="row head">
          {[columns.name, columns.status, columns.pages, columns.passages, columns.size, columns.when].map((one) => (
            <span role="columnheader" key={one}>
              {one}
            </span>
          ))}
          <span role="columnheader">
            <span className="unseen">{t.documents.more('')}</span>
          </span>
        </div>
        {rows.length === 0 ? (
          <div role="row" className="row none">
            <span role="cell">{t.documents.none}</span>
          </div>
        ) : null}
        <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map((item) => {
            const entry = rows[item.index];
            return entry === undefined ? null : (
              <div
                key={item.key}
                role="row"
                aria-rowindex={item.index + 2}
                className="row"
                data-index={item.index}
                ref={virtual.measureElement}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <Row entry={entry} onRemove={onRemove} />
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

const figure = (value: number): string => (value === 0 ? '–' : format.number(value));

function Row({ entry, onRemove }: { readonly entry: LedgerEntry; readonly onRemove: (entry: LedgerEntry) => void }) {
  const { icon: Icon, tone } = looks[entry.status];
  const canOpen = entry.documentId !== null && (entry.status === 'indexed' || entry.status === 'unchanged');
  return (
    <>
      <span role="cell" className="cell-name">
        <FileIcon name={entry.name} />
        <span className="name-lines">
          {canOpen ? (
            <AriaButton className="text-link clip" onPress={() => open(entry)}>
              {entry.name}
            </AriaButton>
          ) : (
            <span className="clip">{entry.name}</span>
          )}
          {entry.reason === null ? null : <span className="small soft">{entry.reason}</span>}
        </span>
      </span>
      <span role="cell" className={`cell-status small ${tone}`}>
        <Icon size={15} strokeWidth={1.75} aria-hidden />
        {t.documents.status[entry.status]}
      </span>
      <span role="cell" className="small numbers">
        {figure(entry.pages)}
      </span>
      <span role="cell" className="small numbers">
        {figure(entry.chunks)}
      </span>
      <span role="cell" className="small numbers">
        {format.bytes(entry.bytes)}
      </span>
      <span role="cell" className="small numbers soft">
        {entry.indexedAt === null ? '–' : format.ago(entry.indexedAt)}
      </span>
      <span role="cell">
        {entry.documentId === null ? null : <RowMenu entry={entry} canOpen={canOpen} onRemove={onRemove} />}
      </span>
    </>
  );
}

function open(entry: LedgerEntry): void {
  if (entry.documentId === null) return;
  void openTarget({ documentId: entry.documentId, name: entry.name, page: 1, words: null, from: null });
}

function RowMenu({
  entry,
  canOpen,
  onRemove,
}: {
  readonly entry: LedgerEntry;
  readonly canOpen: boolean;
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
          disabledKeys={canOpen ? [] : ['open']}
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
