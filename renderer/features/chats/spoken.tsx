import { useEffect, useRef, useState } from 'react';
import { t } from '../../i18n/index.ts';
import { useChats } from './store.ts';
import { newSentences } from './sentences.ts';

/** Said this often while an answer grows, and not more: a screen reader needs time to speak. */
const every = 2500;

/** Reads a growing answer aloud in whole sentences, politely; what was said is not said again. */
export function SpokenAnswer({ conversationId }: { readonly conversationId: string }) {
  const live = useChats(
    (state) => Object.values(state.live).find((one) => one.conversationId === conversationId) ?? null,
  );
  const [lines, setLines] = useState<readonly string[]>([]);
  const newest = useRef(live);
  const spoken = useRef({ requestId: '', to: 0 });
  useEffect(() => {
    newest.current = live;
  }, [live]);
  useEffect(() => {
    const timer = setInterval(() => {
      const answer = newest.current;
      if (answer === null) return;
      if (spoken.current.requestId !== answer.requestId) spoken.current = { requestId: answer.requestId, to: 0 };
      const { text, to } = newSentences(answer.text, spoken.current.to);
      if (text === '') return;
      spoken.current = { requestId: answer.requestId, to };
      setLines((before) => [...before.slice(-4), text]);
    }, every);
    return () => clearInterval(timer);
  }, []);
  return (
    <div className="unseen" aria-live="polite" role="log" aria-label={t.chats.answer}>
      <p>{live === null ? '' : t.chats.stages[live.stage]}</p>
      {lines.map((line, at) => (
        <p key={`${at}:${line.length}`}>{line}</p>
      ))}
    </div>
  );
}
