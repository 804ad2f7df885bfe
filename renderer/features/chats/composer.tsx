import { useEffect, useRef } from 'react';
import type { Collection } from '../../../shared/contract/types.ts';
import { goTo } from '../../app/route.ts';
import { t } from '../../i18n/index.ts';
import { Button, FailureNotice, Notice } from '../../ui/index.ts';
import { useDocuments } from '../documents/store.ts';
import { chatModels, useModels } from '../models/store.ts';
import { send, stop } from './actions.ts';
import { CollectionChip, ModeChip, ModelChip } from './chips.tsx';
import { QuestionField } from './question-field.tsx';
import { SendButton } from './send-button.tsx';
import { waysOf, type Ways } from './defaults.ts';
import { changeDraft, draftOf, newTalk, useChats, type Draft } from './store.ts';
import './composer.css';

const none: readonly Collection[] = [];

function useWays(key: string): { draft: Draft; ways: Ways } {
  const draft = useChats((state) => draftOf(state.drafts, key));
  const open = useChats((state) => (state.open?.id === key ? state.open : null));
  const collections = useDocuments((state) =>
    state.failure === null ? state.collections : (state.collections ?? none),
  );
  const installed = useModels((state) => state.installed);
  const unread = useModels((state) => state.failure === null);
  // Models that cannot be listed may be there all the same: the answer will say.
  const chatModel = installed === null ? (unread ? null : true) : chatModels(installed).length > 0;
  return { draft, ways: waysOf(draft, { chatModel, collections, conversationCollection: open?.collectionId }) };
}

export function Composer({ conversationId }: { readonly conversationId: string | null }) {
  const key = conversationId ?? newTalk;
  const { draft, ways } = useWays(key);
  const sending = useChats((state) => state.sending);
  const failure = useChats((state) => state.sendFailure);
  const live = useChats((state) => Object.values(state.live).find((one) => one.conversationId === key) ?? null);
  const ready = draft.text.trim() !== '' && !sending && live === null && !ways.nothing;
  const sendNow = () =>
    void send({
      key,
      text: draft.text.trim(),
      mode: ways.mode,
      collectionId: ways.mode === 'chat' ? null : ways.collectionId,
      model: draft.model,
    });
  const submit = useWhenKnown(ways.waiting, ready, sendNow);
  useEscapeStops(live?.requestId ?? null);
  return (
    <div className="composer-frame">
      {failure === null ? null : <FailureNotice failure={failure} />}
      <Reason ways={ways} />
      <div className="composer card" data-region="composer">
        <QuestionField
          text={draft.text}
          placeholder={placeholderOf(ways)}
          onChange={(text) => changeDraft(key, { text })}
          onSend={submit}
          focusKey={key}
        />
        <div className="composer-row">
          <div className="composer-chips">
            {ways.waiting ? null : (
              <>
                <CollectionChip draftKey={key} collectionId={ways.collectionId} />
                <ModeChip draftKey={key} ways={ways} />
                <ModelChip draftKey={key} draft={draft} mode={ways.mode} />
              </>
            )}
          </div>
          <SendButton
            ready={ready}
            live={live !== null}
            onSend={submit}
            onStop={() => live !== null && void stop(live.requestId)}
          />
        </div>
      </div>
      <p className="hint soft">{t.chats.hint}</p>
    </div>
  );
}

/** A question that is sent before it is known how it can be answered goes as soon as that is known. */
function useWhenKnown(waiting: boolean, ready: boolean, sendNow: () => void): () => void {
  const wanted = useRef(false);
  const go = useRef(sendNow);
  useEffect(() => {
    go.current = sendNow;
  });
  useEffect(() => {
    if (!wanted.current || waiting) return;
    wanted.current = false;
    if (ready) go.current();
  }, [waiting, ready]);
  return () => {
    if (!ready) return;
    if (waiting) wanted.current = true;
    else sendNow();
  };
}

/** Promises nothing that is not there. */
function placeholderOf(ways: Ways): string {
  if (ways.mode === 'chat' && !ways.waiting) return t.chats.placeholderTalk;
  return ways.blocked.chat === 'model' ? t.chats.placeholderQuotes : t.chats.placeholder;
}

function Reason({ ways }: { readonly ways: Ways }) {
  if (ways.nothing) {
    return (
      <Notice
        kind="caution"
        title={t.chats.nothingYet}
        actions={
          <Button size="small" onPress={() => goTo('documents')}>
            {t.chats.addDocuments}
          </Button>
        }
      />
    );
  }
  if (!ways.quotesForWant) return null;
  return (
    <p className="reason small soft">
      {t.chats.quotesBecause}{' '}
      <button type="button" className="text-button" onClick={() => goTo('models')}>
        {t.chats.howToAddModel}
      </button>
    </p>
  );
}

function useEscapeStops(requestId: string | null): void {
  useEffect(() => {
    if (requestId === null) return undefined;
    const ending = new AbortController();
    const hear = (event: KeyboardEvent) => {
      if (
        event.key !== 'Escape' ||
        event.defaultPrevented ||
        document.querySelector('[role=dialog], [role=alertdialog]') !== null
      )
        return;
      event.preventDefault();
      void stop(requestId);
    };
    document.addEventListener('keydown', hear, { signal: ending.signal });
    return () => ending.abort();
  }, [requestId]);
}
