import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, type ReactNode } from 'react';
import './virtual-table.css';

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** Explains the column, on its heading. */
  readonly words?: string;
  /** The heading is there for screen readers alone. */
  readonly bare?: boolean;
  /** In a narrow frame the cell goes to the second line of its row, with the column's title. */
  readonly detail?: boolean;
  readonly className?: string;
  readonly cell: (row: Row) => ReactNode;
}

interface VirtualTableProps<Row> {
  readonly label: string;
  /** Carries the widths of the columns. */
  readonly className: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string | number;
  /** Height of a row before it is measured, in pixels. */
  readonly rowHeight: number;
  /** Said when there is no row. */
  readonly none: string;
}

/** A table in a frame of its own that draws only the rows in sight, however many there are. */
export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { label, className, columns, rows, rowKey, rowHeight, none } = props;
  const frame = useRef<HTMLDivElement | null>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    getItemKey: (at) => {
      const row = rows[at];
      return row === undefined ? at : rowKey(row);
    },
  });
  return (
    <div className="card table-card scrolls" ref={frame} tabIndex={0} role="region" aria-label={label}>
      <div role="table" aria-label={label} aria-rowcount={rows.length + 1} className={`virtual-table ${className}`}>
        <Head columns={columns} />
        {rows.length === 0 ? (
          <div role="row" className="row none">
            <span role="cell">{none}</span>
          </div>
        ) : null}
        <div role="rowgroup" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index];
            return row === undefined ? null : (
              <div
                key={item.key}
                role="row"
                aria-rowindex={item.index + 2}
                className="row"
                data-index={item.index}
                ref={virtual.measureElement}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                {columns.map((column) => (
                  <Cell key={column.id} column={column} row={row} />
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

function Head<Row>({ columns }: { readonly columns: readonly Column<Row>[] }) {
  return (
    <div role="row" aria-rowindex={1} className="row head">
      {columns.map(({ id, title, words, bare }) => (
        <span role="columnheader" key={id} title={words}>
          {bare === true ? <span className="unseen">{title}</span> : title}
        </span>
      ))}
    </div>
  );
}

function Cell<Row>({ column, row }: { readonly column: Column<Row>; readonly row: Row }) {
  const { id, title, detail = false, className = '', cell } = column;
  return (
    <span role="cell" className={`cell-${id} ${detail ? 'detail' : ''} ${className}`} data-title={title}>
      {cell(row)}
    </span>
  );
}
