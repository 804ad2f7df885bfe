import { Box, Library, MessageCircle, Quote, Sparkles, type LucideIcon } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef } from 'react';
import type { AnswerMode, Collection } from '../../../shared/contract/types.ts';
import { goTo } from '../../app/route.ts';
import { t } from '../../i18n/index.ts';
import { Button, FailureNotice, Notice } from '../../ui/index.ts';
import { useDocuments } from '../documents/store.ts';
import { chatModels, useModels } from '../models/store.ts';
import { send, stop } from './actions.ts';
import { Picker } from './picker.tsx';
import { SendButton } from './send-button.tsx';
import { waysOf, type Ways } from './defaults.ts';
import { changeDraft, draftOf, newTalk, useChats, type Draft } from './store.ts';

const modeIcons: Readonly<Record<AnswerMode, LucideIcon>> = { generate: Sparkles, quotes: Quote, chat: MessageCircle };
const modes: readonly AnswerMode[] = ['generate', 'quotes', 'chat'];

const none: readonly Collection[] = [];

function useWays(key: string): { draft: Draft; ways: Ways } {
  const draft = useChats((state) => draftOf(state.drafts, key));
  const open = useChats((state) => (state.open?.id === key ? state.open : null));
  const collections = useDocuments((state) =>
    state.failure === null ? state.collections : (state.collections ?? none),
  );
  const installed = useModels((state) => state.installed);
  const chatModel = installed === null ? null : chatModels(installed).length > 0;
  return { draft, ways: waysOf(draft, { chatModel, collections, conversationCollection: open?.collectionId }) };
}

export function Composer({ conversationId }: { readonly conversationId: string | null }) {
  const key = conversationId ?? newTalk;
  const { draft, ways } = useWays(key);
  const sending = useChats((state) => state.sending);
  const failure = useChats((state) => state.sendFailure);
  const live = useChats((state) => Object.values(state.live).find((one) => one.conversationId === key) ?? null);
  const ready = draft.text.trim() !== '' && !sending && live === null && !ways.nothing && !ways.waiting;
  const submit = () => {
    if (ready)
      void send({
        key,
        text: draft.text.trim(),
        mode: ways.mode,
        collectionId: ways.mode === 'chat' ? null : ways.collectionId,
        model: draft.model,
      });
  };
  useEscapeStops(live?.requestId ?? null);
  return (
    <div className="composer-frame">
      {failure === null ? null : <FailureNotice failure={failure} />}
      <Reason ways={ways} />
      <div className="composer card" data-region="composer">
        <Field
          text={draft.text}
          placeholder={ways.mode === 'chat' && !ways.waiting ? t.chats.placeholderTalk : t.chats.placeholder}
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

interface FieldProps {
  readonly text: string;
  readonly placeholder: string;
  readonly focusKey: string;
  readonly onChange: (text: string) => void;
  readonly onSend: () => void;
}

/** Grows with its text up to a third of the window. Enter sends, unless a word is being composed. */
function Field({ text, placeholder, focusKey, onChange, onSend }: FieldProps) {
  const field = useRef<HTMLTextAreaElement | null>(null);
  useLayoutEffect(() => {
    const node = field.current;
    if (node === null) return;
    node.style.height = 'auto';
    node.style.height = `${Math.min(node.scrollHeight, Math.round(window.innerHeight / 3))}px`;
  }, [text]);
  useEffect(() => field.current?.focus({ preventScroll: true }), [focusKey]);
  return (
    <textarea
      id="composer"
      ref={field}
      rows={1}
      aria-label={t.chats.composer}
      placeholder={placeholder}
      value={text}
      maxLength={200_000}
      spellCheck={false}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
        event.preventDefault();
        onSend();
      }}
    />
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
    window.addEventListener('keydown', hear, { signal: ending.signal });
    return () => ending.abort();
  }, [requestId]);
}

const noDocuments = '-';

function CollectionChip({
  draftKey,
  collectionId,
}: {
  readonly draftKey: string;
  readonly collectionId: string | null;
}) {
  const collections = useDocuments((state) => state.collections) ?? [];
  const items = [
    ...collections.map((one) => ({
      id: one.id,
      icon: Library,
      label: one.name,
      words: t.documents.summary(one.documents, one.chunks, one.bytes),
      blocked: false,
    })),
    { id: noDocuments, icon: MessageCircle, label: t.chats.noCollection, words: '', blocked: false },
  ];
  return (
    <Picker
      label={t.chats.collection}
      icon={Library}
      items={items}
      selected={collectionId ?? noDocuments}
      onSelect={(id) => changeDraft(draftKey, { collectionId: id === noDocuments ? null : id })}
    />
  );
}

function ModeChip({ draftKey, ways }: { readonly draftKey: string; readonly ways: Ways }) {
  const why = { model: t.chats.chatNeedsModel, documents: t.chats.needsCollection };
  const items = modes.map((mode) => {
    const reason = ways.blocked[mode];
    return {
      id: mode,
      icon: modeIcons[mode],
      label: t.chats.modes[mode],
      words: reason === undefined ? t.chats.modeWords[mode] : why[reason],
      blocked: reason !== undefined,
    };
  });
  return (
    <Picker
      label={t.chats.mode}
      icon={modeIcons[ways.mode]}
      items={items}
      selected={ways.mode}
      onSelect={(id) => changeDraft(draftKey, { mode: modes.find((mode) => mode === id) ?? null })}
    />
  );
}

const automatic = '-';

function ModelChip({
  draftKey,
  draft,
  mode,
}: {
  readonly draftKey: string;
  readonly draft: Draft;
  readonly mode: AnswerMode;
}) {
  const models = chatModels(useModels((state) => state.installed));
  if (mode === 'quotes' || models.length < 2) return null;
  const items = [
    { id: automatic, icon: Box, label: t.chats.modelAuto, words: '', blocked: false },
    ...models.map((model) => ({ id: model.name, icon: Box, label: model.name, words: '', blocked: false })),
  ];
  return (
    <Picker
      label={t.chats.model}
      icon={Box}
      items={items}
      selected={draft.model ?? automatic}
      onSelect={(id) => changeDraft(draftKey, { model: id === automatic ? null : id })}
    />
  );
}
