import { useEffect } from 'react';
import { openTalk } from '../../app/route.ts';
import { saveSettings } from '../../app/session.ts';
import { t } from '../../i18n/index.ts';
import { followDocuments, readCollections } from '../documents/actions.ts';
import { followModels } from '../models/follow.ts';
import { AskStep } from './ask-step.tsx';
import { DocumentsStep } from './documents-step.tsx';
import { KeyStep } from './key-step.tsx';
import { useGuide } from './guide.ts';
import type { VaultStatus } from '../../../shared/contract/types.ts';
import './first-run.css';

export { resetGuide } from './guide.ts';

/** Three steps: the key, the documents, a first question. Only the first is needed; the others can be skipped. */
export function FirstRun({ vault }: { readonly vault: VaultStatus }) {
  const unlocked = vault.state === 'unlocked';
  const { step } = useGuide();
  const shown = unlocked ? Math.max(2, step) : 1;
  useEffect(() => {
    if (!unlocked) return undefined;
    const ending = new AbortController();
    followDocuments(ending.signal);
    followModels(ending.signal);
    void readCollections();
    return () => ending.abort();
  }, [unlocked]);
  const finish = () => {
    openTalk(null);
    void saveSettings({ guideSeen: true });
  };
  return (
    <main className="gate scrolls">
      <div className="guide card">
        <Steps shown={shown} />
        {shown === 1 ? (
          <KeyStep vault={vault} />
        ) : shown === 2 ? (
          <DocumentsStep onNext={() => useGuide.setState({ step: 3 })} />
        ) : (
          <AskStep onFinish={finish} />
        )}
      </div>
    </main>
  );
}

function Steps({ shown }: { readonly shown: number }) {
  return (
    <ol className="guide-steps" aria-label={t.guide.progress(shown, t.guide.steps.length)}>
      {t.guide.steps.map((name, at) => (
        <li
          key={name}
          className={at + 1 === shown ? 'now' : at + 1 < shown ? 'done' : ''}
          aria-current={at + 1 === shown ? 'step' : undefined}
        >
          <span className="step-number numbers" aria-hidden>
            {at + 1}
          </span>
          {name}
        </li>
      ))}
    </ol>
  );
}
