import { RefreshCw } from 'lucide-react';
import { memo, useCallback, useMemo } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import type { Citation, Message } from '../../../shared/contract/types.ts';
import { errorCodes, type ErrorCode } from '../../../shared/errors.ts';
import { describeError, format, t, type ErrorText } from '../../i18n/index.ts';
import { Button, CopyButton, IconButton, Notice } from '../../ui/index.ts';
import { openTarget, targetOf, useViewer } from '../viewer/store.ts';
import { retry } from './actions.ts';
import { ChipContext, Markdown } from './markdown.tsx';
import { Quotes } from './quotes.tsx';
import { Sources, sourceName } from './sources.tsx';
import { useChats, type LiveAnswer } from './store.ts';
import { TooLarge } from './too-large.tsx';

export interface AnswerProps {
  readonly message: Message;
  readonly live: LiveAnswer | null;
}

export const Answer = memo(function Answer({ message, live }: AnswerProps) {
  const growing = live !== null || message.state === 'streaming';
  const text = growing ? (live?.text ?? '') : message.text;
  const chip = useChips(message, growing);
  const asQuotes = message.mode === 'quotes' && message.citations.length > 0 && !growing;
  return (
    <article className="answer" aria-label={t.chats.answer} aria-busy={growing} data-hold={asQuotes ? '' : undefined}>
      {asQuotes ? (
        <Quotes message={message} />
      ) : text === '' ? null : (
        <ChipContext value={chip}>
          <Markdown text={text} cited={message.mode !== 'chat'} growing={growing} />
        </ChipContext>
      )}
      {growing ? <StageWords stage={live?.stage ?? 'queued'} /> : <Finished message={message} asQuotes={asQuotes} />}
    </article>
  );
});

/** Chips that open the source. A number whose source is still to come is plain, one that has none is text again. */
function useChips(message: Message, growing: boolean) {
  const byNumber = useMemo(() => new Map(message.citations.map((one) => [one.number, one])), [message.citations]);
  return useCallback(
    (value: number) => {
      const citation = byNumber.get(value);
      if (citation === undefined) return growing ? <span className="chip-number waiting">{value}</span> : ` [${value}]`;
      return <Chip citation={citation} messageId={message.id} />;
    },
    [byNumber, message.id, growing],
  );
}

export function Chip({ citation, messageId }: { readonly citation: Citation; readonly messageId: string }) {
  const target = targetOf(citation, messageId);
  const open = useViewer((state) => state.target?.from === target.from);
  return (
    <AriaButton
      className={`chip-number ${open ? 'open' : ''} ${citation.support}`}
      aria-label={t.chats.source(citation.number, sourceName(citation))}
      aria-pressed={open}
      onPress={() => void openTarget(target)}
    >
      {citation.number}
    </AriaButton>
  );
}

function StageWords({ stage }: { readonly stage: LiveAnswer['stage'] }) {
  return (
    <div className="stage">
      <span className="pulse" aria-hidden />
      {t.chats.stages[stage]}
    </div>
  );
}

function Finished({ message, asQuotes }: { readonly message: Message; readonly asQuotes: boolean }) {
  return (
    <>
      {message.abstained ? (
        <Notice kind="info" title={t.chats.abstained}>
          {t.chats.abstainedWords}
        </Notice>
      ) : null}
      <Ending message={message} />
      {asQuotes ? null : <Sources message={message} />}
      {message.dropped > 0 ? <p className="dropped small">{t.chats.dropped(message.dropped)}</p> : null}
      <Foot message={message} />
    </>
  );
}

const isCode = (code: string): code is ErrorCode => (errorCodes as readonly string[]).includes(code);

/** Of an answer, "too large" speaks of the model's context and not of a file. */
const causeOf = (code: ErrorCode): ErrorText => (code === 'too_large' ? t.chats.tooLong : describeError(code));

/** The open talk, when this is its last answer: what holds now is of no use to one that was passed over long ago. */
const useLastOf = ({ id }: Message): string | null =>
  useChats(({ open }) => (open?.messages.at(-1)?.id === id ? open.id : null));

/** Why an answer ended before its end, and the way to have it again. */
function Ending({ message }: { readonly message: Message }) {
  const code = message.errorCode !== null && isCode(message.errorCode) ? message.errorCode : null;
  const conversationId = useLastOf(message);
  if (message.state !== 'stopped' && message.state !== 'failed' && message.state !== 'interrupted') return null;
  if (code === 'model_too_large' && message.model !== null && conversationId !== null)
    return <TooLarge message={message} model={message.model} conversationId={conversationId} />;
  const cause = message.state === 'stopped' || code === null ? null : causeOf(code);
  return (
    <Notice
      kind={message.state === 'stopped' ? 'info' : 'caution'}
      title={t.chats.states[message.state]}
      actions={
        <Button size="small" icon={RefreshCw} onPress={() => void retry({ messageId: message.id })}>
          {t.chats.retry}
        </Button>
      }
    >
      {cause === null ? null : (
        <div>
          {cause.sentence} {cause.remedy}
        </div>
      )}
      {code === null || cause === null ? null : (
        <div className="failure-code">
          {t.common.code}: <code className="mono">{code}</code>
        </div>
      )}
    </Notice>
  );
}

function summaryOf(message: Message): string {
  const parts: string[] = [];
  const { citations } = message;
  if (message.mode === 'quotes' && citations.length > 0) parts.push(t.chats.quotesFound(citations.length));
  else if (citations.length > 0 && citations.every((one) => one.support === 'exact'))
    parts.push(t.chats.allSupported(citations.length));
  if (message.tokens !== null && message.milliseconds !== null)
    parts.push(format.tokensPerSecond(message.tokens, message.milliseconds));
  if (message.milliseconds !== null) parts.push(format.duration(message.milliseconds));
  if (message.model !== null) parts.push(message.model);
  return parts.join(' · ');
}

function Foot({ message }: { readonly message: Message }) {
  return (
    <footer className="answer-foot">
      <span className="small numbers soft">{summaryOf(message)}</span>
      <span className="answer-actions">
        {message.text === '' ? null : <CopyButton text={message.text} label={t.chats.copyAnswer} />}
        {message.state === 'complete' ? (
          <IconButton icon={RefreshCw} label={t.chats.retry} onPress={() => void retry({ messageId: message.id })} />
        ) : null}
      </span>
    </footer>
  );
}
