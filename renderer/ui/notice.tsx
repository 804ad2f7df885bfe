import { CircleAlert, CircleCheck, Info, TriangleAlert, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Failure } from '../bridge/index.ts';
import { describeError, t } from '../i18n/index.ts';

type Kind = 'info' | 'good' | 'caution' | 'bad';

const icons: Record<Kind, { icon: LucideIcon; tone: string }> = {
  info: { icon: Info, tone: 'tone-soft' },
  good: { icon: CircleCheck, tone: 'tone-good' },
  caution: { icon: TriangleAlert, tone: 'tone-caution' },
  bad: { icon: CircleAlert, tone: 'tone-bad' },
};

export interface NoticeProps {
  readonly kind?: Kind;
  readonly title?: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  /** `alert` for what just went wrong; nothing for what was there when the page came. */
  readonly role?: 'alert' | 'status';
}

export function Notice({ kind = 'info', title, children, actions, role }: NoticeProps) {
  const { icon: Icon, tone } = icons[kind];
  return (
    <div className={`notice ${kind}`} {...(role === undefined ? {} : { role })}>
      <Icon size={17} strokeWidth={1.75} className={tone} aria-hidden />
      <div className="body">
        {title === undefined ? null : <div className="title">{title}</div>}
        {children}
      </div>
      {actions === undefined ? null : <div className="actions">{actions}</div>}
    </div>
  );
}

/** What happened, what to do, and the code by which the diagnostics log is searched. */
export function FailureNotice({ failure, actions }: { readonly failure: Failure; readonly actions?: ReactNode }) {
  const text = describeError(failure.code, failure.detail);
  return (
    <Notice kind="bad" role="alert" title={text.sentence} actions={actions}>
      <div>{text.remedy}</div>
      <FailureCode failure={failure} />
    </Notice>
  );
}

export function FailureCode({ failure }: { readonly failure: Failure }) {
  return (
    <div className="failure-code">
      {t.common.code}: <code className="mono">{failure.code}</code>
      {failure.correlationId === '' ? null : (
        <>
          {' · '}
          <code className="mono">{failure.correlationId}</code>
        </>
      )}
    </div>
  );
}
