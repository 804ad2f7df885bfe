import type { Input } from '../../../shared/contract/index.ts';
import type { AnswerMode, Conversation, Message } from '../../../shared/contract/types.ts';
import { ask, attempt, failureOf, listen } from '../../bridge/index.ts';
import { t } from '../../i18n/index.ts';
import { openTalk, useRoute } from '../../app/route.ts';
import { announce, rescueFocus, tellFailure } from '../../ui/index.ts';
import { createBatch, onNextFrame } from './batch.ts';
import {
  applyProgress,
  changeDraft,
  draftOf,
  newTalk,
  useChats,
  withMessage,
  withoutFinished,
  type Progress,
} from './store.ts';

export async function readConversations(): Promise<void> {
  const result = await attempt('chats.list', {});
  useChats.setState(
    result.ok ? { list: result.value.conversations, listFailure: null } : { listFailure: result.error },
  );
}

/** Opens a conversation. What was there before stays visible until the new one has come. */
export async function readConversation(id: string): Promise<void> {
  const result = await attempt('chats.get', { id });
  if (useRoute.getState().conversationId !== id) return;
  if (!result.ok) {
    useChats.setState({ open: null, openFailure: result.error });
    return;
  }
  const { value } = result;
  useChats.setState(({ live }) => ({ open: value, openFailure: null, live: withoutFinished(live, value.messages) }));
}

export interface Question {
  readonly key: string;
  readonly text: string;
  readonly mode: AnswerMode;
  readonly collectionId: string | null;
  readonly model: string | null;
}

export async function send(question: Question): Promise<void> {
  if (useChats.getState().sending) return;
  useChats.setState({ sending: true, sendFailure: null });
  try {
    const conversationId = question.key === newTalk ? undefined : question.key;
    const answered = await ask('chats.send', {
      text: question.text,
      mode: question.mode,
      ...(conversationId === undefined ? {} : { conversationId }),
      ...(question.collectionId === null ? {} : { collectionId: question.collectionId }),
      ...(question.model === null ? {} : { model: question.model }),
    });
    accept(question, answered);
  } catch (thrown) {
    useChats.setState({ sendFailure: failureOf(thrown) });
  } finally {
    useChats.setState({ sending: false });
  }
}

function accept(
  question: Question,
  answered: { conversationId: string; requestId: string; question: Message; answer: Message },
): void {
  const { conversationId } = answered;
  const { open } = useChats.getState();
  const base: Conversation =
    open?.id === conversationId
      ? open
      : {
          id: conversationId,
          title: question.text.slice(0, 80),
          updatedAt: answered.answer.createdAt,
          collectionId: question.collectionId,
          messages: [],
        };
  const withQuestion = withMessage(base, answered.question);
  const known = withQuestion.messages.some((message) => message.id === answered.answer.id);
  const draft = draftOf(useChats.getState().drafts, question.key);
  changeDraft(question.key, { text: '' });
  changeDraft(conversationId, { ...draft, text: '' });
  // The last event may have come before this answer: then the finished message stands already.
  useChats.setState({
    open: known ? withQuestion : withMessage(withQuestion, finishedEarly.get(answered.answer.id) ?? answered.answer),
  });
  finishedEarly.delete(answered.answer.id);
  noteRequest(answered.answer.id, answered.requestId, conversationId);
  const route = useRoute.getState();
  if (route.place === 'talk' && (route.conversationId ?? newTalk) === question.key) openTalk(conversationId);
  void readConversations();
}

/** Answers whose last event overtook the reply to the question. */
const finishedEarly = new Map<string, Message>();
const earlyKept = 20;

function keepEarly(message: Message): void {
  finishedEarly.set(message.id, message);
  const oldest = finishedEarly.keys().next().value;
  if (finishedEarly.size > earlyKept && oldest !== undefined) finishedEarly.delete(oldest);
}

/** Makes an answer stoppable before its first event has come. */
function noteRequest(messageId: string, requestId: string, conversationId: string): void {
  const { live, open } = useChats.getState();
  const message = open?.messages.find((one) => one.id === messageId);
  if (live[messageId]?.requestId === requestId || message?.state !== 'streaming') return;
  useChats.setState({ live: { ...live, [messageId]: { requestId, conversationId, stage: 'queued', text: '' } } });
}

/** Asks again: as before, with another model, or with a shorter context. */
export async function retry(again: Input<'chats.retry'>): Promise<void> {
  const result = await attempt('chats.retry', again);
  if (!result.ok) {
    tellFailure(result.error);
    return;
  }
  const { answer, conversationId, requestId } = result.value;
  const { open } = useChats.getState();
  const finished = finishedEarly.get(answer.id);
  finishedEarly.delete(answer.id);
  if (open?.id === conversationId) useChats.setState({ open: withMessage(open, finished ?? answer) });
  noteRequest(answer.id, requestId, conversationId);
}

export async function stop(requestId: string): Promise<void> {
  const result = await attempt('chats.stop', { requestId });
  if (!result.ok) tellFailure(result.error);
}

export async function rename(id: string, title: string): Promise<void> {
  const result = await attempt('chats.rename', { id, title });
  if (!result.ok) {
    tellFailure(result.error);
    return;
  }
  const { open } = useChats.getState();
  if (open?.id === id) useChats.setState({ open: { ...open, title: result.value.title } });
  await readConversations();
}

export async function remove(id: string): Promise<void> {
  const result = await attempt('chats.delete', { id });
  if (!result.ok) {
    tellFailure(result.error);
    return;
  }
  if (useRoute.getState().conversationId === id) openTalk(null);
  await readConversations();
  rescueFocus('#composer', '.rail button');
}

function finish(message: Message, conversationId: string): void {
  const { open } = useChats.getState();
  const shown = open?.messages.some((one) => one.id === message.id) ?? false;
  if (open !== null && open.id === conversationId && shown) useChats.setState({ open: withMessage(open, message) });
  else keepEarly(message);
  if (message.abstained) announce(t.chats.abstained);
  else if (message.state === 'complete')
    announce(message.mode === 'quotes' ? t.chats.quotesFound(message.citations.length) : t.chats.finished);
  void readConversations();
}

/** Follows all answers, also those of conversations that are not open. */
export function followAnswers(signal: AbortSignal): void {
  const batch = createBatch<Progress>(onNextFrame, (items) => {
    if (signal.aborted) return;
    useChats.setState(({ live }) => ({ live: applyProgress(live, items) }));
    for (const item of items) if (item.message !== null) finish(item.message, item.conversationId);
  });
  listen('chats.progress', {
    signal,
    hear: (progress) => batch.add(progress),
    gap: () => {
      const { conversationId } = useRoute.getState();
      if (conversationId !== null) void readConversation(conversationId);
      void readConversations();
    },
  });
}
