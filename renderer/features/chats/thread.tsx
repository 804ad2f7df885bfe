import { ArrowDown } from 'lucide-react';
import { memo, useEffect, useRef, useState } from 'react';
import type { Conversation, Message } from '../../../shared/contract/types.ts';
import { t } from '../../i18n/index.ts';
import { Button, CopyButton } from '../../ui/index.ts';
import { Answer } from './answer.tsx';
import { useFollowing } from './scroll.ts';
import { useChats } from './store.ts';
import { SpokenAnswer } from './spoken.tsx';

/** So many messages are drawn at once; earlier ones come when the person scrolls up to them. */
const drawnAtOnce = 30;

export function Thread({ conversation }: { readonly conversation: Conversation }) {
  const { frame, content, following, toEnd } = useFollowing(conversation.id);
  const [shown, setShown] = useState(drawnAtOnce);
  const first = Math.max(0, conversation.messages.length - shown);
  const more = () => setShown((before) => before + drawnAtOnce);
  return (
    <div className="thread-frame">
      <div
        className="thread scrolls"
        ref={frame}
        tabIndex={0}
        role="region"
        aria-label={t.chats.main}
        data-region="thread"
      >
        <div className="column" ref={content}>
          {first > 0 ? <Earlier onSeen={more} /> : null}
          {conversation.messages.slice(first).map((message) => (
            <MessageRow key={message.id} message={message} />
          ))}
        </div>
      </div>
      {following ? null : (
        <div className="to-newest">
          <Button size="small" icon={ArrowDown} onPress={toEnd}>
            {t.chats.newest}
          </Button>
        </div>
      )}
      <SpokenAnswer conversationId={conversation.id} />
    </div>
  );
}

/** Draws earlier messages when it comes into view, or on its button. */
function Earlier({ onSeen }: { readonly onSeen: () => void }) {
  const mark = useRef<HTMLDivElement | null>(null);
  useEffect(() => {
    const node = mark.current;
    if (node === null) return undefined;
    const observer = new IntersectionObserver((seen) => {
      if (seen.some((one) => one.isIntersecting)) onSeen();
    });
    observer.observe(node);
    return () => observer.disconnect();
  });
  return (
    <div ref={mark} className="earlier">
      <Button look="quiet" size="small" onPress={onSeen}>
        {t.chats.earlier}
      </Button>
    </div>
  );
}

const MessageRow = memo(function MessageRow({ message }: { readonly message: Message }) {
  const live = useChats((state) => state.live[message.id] ?? null);
  if (message.role === 'assistant') return <Answer message={message} live={live} />;
  return (
    <article className="question" aria-label={t.chats.you}>
      <div className="bubble">{message.text}</div>
      <div className="question-actions">
        <CopyButton text={message.text} label={t.chats.copyQuestion} />
      </div>
    </article>
  );
});
