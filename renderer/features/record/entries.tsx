import { useMemo } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import type { AuditEntry } from '../../../shared/contract/types.ts';
import { format, t } from '../../i18n/index.ts';
import { VirtualTable, type Column } from '../../ui/index.ts';
import { DecisionWords } from './decision.tsx';

export const columnIds = ['index', 'at', 'kind', 'decision', 'model', 'documents', 'duration', 'tokens'] as const;

export const tokensOf = (entry: AuditEntry): string =>
  entry.promptTokens === null && entry.answerTokens === null
    ? '–'
    : `${format.number(entry.promptTokens ?? 0)} + ${format.number(entry.answerTokens ?? 0)}`;

function columnsOf(onShow: (entry: AuditEntry) => void): readonly Column<AuditEntry>[] {
  const cells: Readonly<Record<(typeof columnIds)[number], Pick<Column<AuditEntry>, 'cell' | 'className' | 'detail'>>> =
    {
      index: { className: 'numbers', cell: (entry) => <Index entry={entry} onShow={onShow} /> },
      at: { className: 'numbers soft clip', cell: (entry) => format.exactTime(entry.at) },
      kind: {
        className: 'clip',
        detail: true,
        cell: (entry) => (
          <>
            {entry.kind} <span className="soft">· {t.record.origins[entry.origin]}</span>
          </>
        ),
      },
      decision: { className: 'clip', cell: (entry) => <DecisionWords entry={entry} /> },
      model: { className: 'soft clip', detail: true, cell: (entry) => entry.model ?? '–' },
      documents: { ...figure, cell: (entry) => (entry.documents.length === 0 ? '–' : entry.documents.length) },
      duration: { ...figure, cell: (entry) => format.duration(entry.durationMs) },
      tokens: { ...figure, cell: tokensOf },
    };
  return columnIds.map((id) => ({
    id,
    title: t.record.columns[id],
    words: t.record.columnWords[id],
    ...cells[id],
  }));
}

const figure = { className: 'numbers soft', detail: true } as const;

function Index({ entry, onShow }: { readonly entry: AuditEntry; readonly onShow: (entry: AuditEntry) => void }) {
  return (
    <AriaButton className="text-link numbers" aria-label={t.record.details(entry.index)} onPress={() => onShow(entry)}>
      {format.number(entry.index)}
    </AriaButton>
  );
}

interface EntriesProps {
  readonly rows: readonly AuditEntry[];
  readonly onShow: (entry: AuditEntry) => void;
}

/** One row an entry; its number opens the whole of it. */
export function Entries({ rows, onShow }: EntriesProps) {
  const columns = useMemo(() => columnsOf(onShow), [onShow]);
  return (
    <VirtualTable
      label={t.record.table}
      className="entries"
      columns={columns}
      rows={rows}
      rowKey={(entry) => entry.index}
      rowHeight={40}
      none={t.record.noMatch}
    />
  );
}
