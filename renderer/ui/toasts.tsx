import { X } from 'lucide-react';
import { create } from 'zustand';
import type { Failure } from '../bridge/index.ts';
import { describeError, t } from '../i18n/index.ts';
import { IconButton } from './button.tsx';
import { rescueFocus } from './focus.ts';
import { FailureCode, Notice } from './notice.tsx';

interface Toast {
  readonly key: number;
  readonly kind: 'good' | 'caution' | 'bad';
  readonly title: string;
  readonly words: string;
  readonly failure: Failure | null;
}

const useToasts = create<{ readonly toasts: readonly Toast[]; readonly next: number }>(() => ({ toasts: [], next: 1 }));

function push(toast: Omit<Toast, 'key'>): void {
  useToasts.setState(({ toasts, next }) => ({
    toasts: [...toasts, { ...toast, key: next }].slice(-3),
    next: next + 1,
  }));
}

export const tell = (kind: Toast['kind'], title: string, words = ''): void =>
  push({ kind, title, words, failure: null });

export function tellFailure(failure: Failure): void {
  const text = describeError(failure.code, failure.detail);
  push({ kind: 'bad', title: text.sentence, words: text.remedy, failure });
}

export const clearToasts = (): void => useToasts.setState({ toasts: [] });

function dismiss(key: number): void {
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.key !== key) }));
  rescueFocus('.toasts button', '#composer', 'main h1');
}

/** They stay until they are closed: nobody has to read against the clock. */
export function Toasts() {
  const { toasts } = useToasts();
  return (
    <div className="toasts" data-region="toasts">
      {toasts.map((toast) => (
        <Notice
          key={toast.key}
          kind={toast.kind}
          role="alert"
          title={toast.title}
          actions={<IconButton icon={X} label={t.common.close} onPress={() => dismiss(toast.key)} />}
        >
          {toast.words === '' ? null : <div>{toast.words}</div>}
          {toast.failure === null ? null : <FailureCode failure={toast.failure} />}
        </Notice>
      ))}
    </div>
  );
}
