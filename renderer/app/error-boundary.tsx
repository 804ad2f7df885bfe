import { CircleAlert, RotateCw } from 'lucide-react';
import { Component, type ReactNode } from 'react';
import { t } from '../i18n/index.ts';
import { Button } from '../ui/index.ts';
import { Gate } from '../features/vault/gate.tsx';

interface Props {
  readonly children: ReactNode;
  /** A new value forgets the failure: another page, another conversation. */
  readonly resetKey?: string;
}

interface State {
  readonly words: string | null;
  readonly resetKey: string | undefined;
}

/** A part of the window that failed says so and leaves the rest standing. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { words: null, resetKey: this.props.resetKey };

  static getDerivedStateFromError(thrown: unknown): Partial<State> {
    return { words: thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown) };
  }

  static getDerivedStateFromProps(props: Props, state: State): Partial<State> | null {
    return props.resetKey === state.resetKey ? null : { words: null, resetKey: props.resetKey };
  }

  override render(): ReactNode {
    if (this.state.words === null) return this.props.children;
    return (
      <Gate icon={CircleAlert} title={t.fatal.crashed} words={t.fatal.crashedWords}>
        <code className="mono small">{this.state.words}</code>
        <Button look="primary" icon={RotateCw} onPress={() => window.location.reload()}>
          {t.fatal.reload}
        </Button>
      </Gate>
    );
  }
}
