import { useEffect } from 'react';
import type { EngineStatus } from '../../../shared/contract/types.ts';
import { t } from '../../i18n/index.ts';
import { Notice, rescueFocus } from '../../ui/index.ts';
import { EngineActions, EngineFacts } from './explanations.tsx';
import './status.css';

/** Asks for an engine that was found and not approved yet; nothing otherwise. */
export function EngineApproval({ engine, next }: { readonly engine: EngineStatus; readonly next: string }) {
  const { trust } = engine;
  return trust === 'unknown' || trust === 'changed' ? (
    <Question engine={engine} title={t.status.engine[trust]} next={next} />
  ) : null;
}

interface QuestionProps {
  readonly engine: EngineStatus;
  readonly title: string;
  /** Where to go on when the question is answered and gone. */
  readonly next: string;
}

function Question({ engine, title, next }: QuestionProps) {
  useEffect(() => () => rescueFocus(next), [next]);
  return (
    <Notice kind="caution" title={title}>
      <div>{t.status.approveWords}</div>
      <EngineFacts engine={engine} />
      <div className="sheet-actions">
        <EngineActions engine={engine} />
      </div>
    </Notice>
  );
}
