import { ProgressBar as AriaProgressBar } from 'react-aria-components';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { format, t } from '../i18n/index.ts';
import { CopyButton } from './copy-button.tsx';

export type Tone = 'good' | 'caution' | 'bad' | 'soft';

export function Badge({
  tone,
  icon: Icon,
  children,
}: {
  readonly tone: Tone;
  readonly icon?: LucideIcon;
  readonly children: ReactNode;
}) {
  return (
    <span className={`badge tone-${tone}`}>
      {Icon === undefined ? null : <Icon size={13} strokeWidth={2} aria-hidden />}
      {children}
    </span>
  );
}

/** A hash, shortened in the middle; the whole is copied. */
export function Hash({ value, what }: { readonly value: string; readonly what: string }) {
  return (
    <span className="hash">
      <code className="mono" title={value}>
        {format.shortHash(value)}
      </code>
      <CopyButton text={value} label={t.common.copyWhole(what)} />
    </span>
  );
}

export interface EmptyProps {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

export function Empty({ icon: Icon, title, children, actions }: EmptyProps) {
  return (
    <div className="empty">
      <div className="medallion">
        <Icon size={24} strokeWidth={1.75} aria-hidden />
      </div>
      <h2>{title}</h2>
      {children === undefined ? null : <p>{children}</p>}
      {actions === undefined ? null : <div className="actions">{actions}</div>}
    </div>
  );
}

export function Progress({
  label,
  value,
  of,
}: {
  readonly label: string;
  readonly value: number;
  readonly of: number;
}) {
  const share = of <= 0 ? 0 : Math.min(100, (value / of) * 100);
  return (
    <AriaProgressBar aria-label={label} value={share}>
      {({ percentage }) => (
        <div className="track">
          <div className="fill" style={{ width: `${percentage ?? 0}%` }} />
        </div>
      )}
    </AriaProgressBar>
  );
}

export function Skeleton({ height, width = '100%' }: { readonly height: number; readonly width?: number | string }) {
  return <div className="skeleton" style={{ height, width }} aria-hidden />;
}

/** Several lines that wait for their content. Says so once, for people who do not see them. */
export function Skeletons({ rows, height = 44 }: { readonly rows: number; readonly height?: number }) {
  return (
    <div role="status" style={{ display: 'grid', gap: 10 }}>
      <span className="unseen">{t.common.loading}</span>
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={height} />
      ))}
    </div>
  );
}

export function Kbd({ children }: { readonly children: string }) {
  return <kbd className="kbd">{children}</kbd>;
}

export function Facts({ rows }: { readonly rows: readonly (readonly [string, ReactNode] | null)[] }) {
  return (
    <dl className="facts">
      {rows.map((row) =>
        row === null ? null : (
          <div key={row[0]} style={{ display: 'contents' }}>
            <dt>{row[0]}</dt>
            <dd>{row[1]}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
