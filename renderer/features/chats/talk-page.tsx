import { Library, MessageSquareText } from 'lucide-react';
import { useEffect } from 'react';
import type { Conversation } from '../../../shared/contract/types.ts';
import { goTo, openTalk, useRoute } from '../../app/route.ts';
import { t } from '../../i18n/index.ts';
import { Button, Empty, FailureNotice, Skeletons } from '../../ui/index.ts';
import { useDocuments } from '../documents/store.ts';
import { chatModels, useModels } from '../models/store.ts';
import { readConversation } from './actions.ts';
import { Composer } from './composer.tsx';
import { changeDraft, newTalk, useChats } from './store.ts';
import { Thread } from './thread.tsx';
import './talk.css';

export function TalkPage() {
  const conversationId = useRoute((state) => state.conversationId);
  const open = useChats((state) => state.open);
  const failure = useChats((state) => state.openFailure);
  const shown = open !== null && open.id === conversationId ? open : null;
  useEffect(() => {
    if (conversationId !== null && useChats.getState().open?.id !== conversationId)
      void readConversation(conversationId);
  }, [conversationId]);
  return (
    <div className="talk">
      <TalkHeader conversation={shown} id={conversationId} />
      {conversationId === null ? (
        <Fresh />
      ) : shown !== null ? (
        <Thread key={shown.id} conversation={shown} />
      ) : (
        <div className="column talk-waiting">
          {failure === null ? (
            <Skeletons rows={4} height={56} />
          ) : (
            <FailureNotice
              failure={failure}
              actions={<Button onPress={() => openTalk(null)}>{t.rail.newChat}</Button>}
            />
          )}
        </div>
      )}
      <div className="column composer-column">
        <Composer key={conversationId ?? newTalk} conversationId={conversationId} />
      </div>
    </div>
  );
}

function TalkHeader({ conversation, id }: { readonly conversation: Conversation | null; readonly id: string | null }) {
  const known = useChats((state) => state.list?.find((one) => one.id === id)?.title);
  const collection = useDocuments(
    (state) => state.collections?.find((one) => one.id === conversation?.collectionId) ?? null,
  );
  return (
    <header className="talk-header">
      <h1 className="clip">{id === null ? t.chats.untitled : (conversation?.title ?? known ?? t.common.loading)}</h1>
      {collection === null ? null : (
        <Button size="small" look="quiet" icon={Library} onPress={() => goTo('documents')}>
          {collection.name}
        </Button>
      )}
    </header>
  );
}

function Fresh() {
  const samples = useDocuments((state) => state.collections?.some((one) => one.documents > 0) ?? false);
  const canTalk = useModels((state) => state.installed === null || chatModels(state.installed).length > 0);
  return (
    <div className="thread-frame">
      <div className="fresh scrolls">
        <div className="column">
          <Empty icon={MessageSquareText} title={t.chats.emptyTitle}>
            {canTalk ? t.chats.emptyWords : t.chats.emptyWordsQuotes}
          </Empty>
          {samples ? <Suggestions /> : null}
        </div>
      </div>
    </div>
  );
}

/** Questions of the sample documents, shown while the sample collection is the only one. */
function Suggestions() {
  const only = useDocuments((state) => (state.collections?.length === 1 ? (state.collections[0] ?? null) : null));
  if (only === null || !/sample/i.test(only.name)) return null;
  return (
    <ul className="suggestions" aria-label={t.chats.suggestions}>
      {t.guide.suggestions.map((text) => (
        <li key={text}>
          <Button
            look="quiet"
            onPress={() => {
              changeDraft(newTalk, { text });
              document.getElementById('composer')?.focus();
            }}
          >
            {text}
          </Button>
        </li>
      ))}
    </ul>
  );
}
