import { create } from 'zustand';
import type { AnswerMode, Conversation, ConversationSummary, Message } from '../../../shared/contract/types.ts';
import type { EventPayload } from '../../../shared/contract/index.ts';
import type { Failure } from '../../bridge/index.ts';

export type Progress = EventPayload<'chats.progress'>;
export type Stage = Progress['stage'];

/** An answer on its way. It goes on when the person looks elsewhere. */
export interface LiveAnswer {
  readonly requestId: string;
  readonly conversationId: string;
  readonly stage: Stage;
  readonly text: string;
}

export interface Draft {
  readonly text: string;
  /** Null: as fits what is there (documents, models). */
  readonly mode: AnswerMode | null;
  /** `undefined`: not chosen by hand. Null: without documents, by choice. */
  readonly collectionId: string | null | undefined;
  readonly model: string | null;
}

export const emptyDraft: Draft = { text: '', mode: null, collectionId: undefined, model: null };

/** The key of a draft that belongs to no conversation yet. */
export const newTalk = 'new';

interface Chats {
  /** Null while they were not read yet. */
  readonly list: readonly ConversationSummary[] | null;
  readonly listFailure: Failure | null;
  readonly open: Conversation | null;
  readonly openFailure: Failure | null;
  readonly live: Readonly<Record<string, LiveAnswer>>;
  readonly drafts: Readonly<Record<string, Draft>>;
  /** The last refusal of a question, shown over the field it came from. */
  readonly sendFailure: Failure | null;
  readonly sending: boolean;
}

const start: Chats = {
  list: null,
  listFailure: null,
  open: null,
  openFailure: null,
  live: {},
  drafts: {},
  sendFailure: null,
  sending: false,
};

export const useChats = create<Chats>(() => start);

export const resetChats = (): void => useChats.setState(start, true);

export const draftOf = (drafts: Chats['drafts'], key: string): Draft => drafts[key] ?? emptyDraft;

export function changeDraft(key: string, change: Partial<Draft>): void {
  useChats.setState(({ drafts }) => ({ drafts: { ...drafts, [key]: { ...draftOf(drafts, key), ...change } } }));
}

/** Adds what came since the last frame; one new state however many events there were. */
export function applyProgress(live: Chats['live'], items: readonly Progress[]): Record<string, LiveAnswer> {
  const next: Record<string, LiveAnswer> = { ...live };
  for (const item of items) {
    if (item.message !== null || item.stage === 'done') {
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a map by message id.
      delete next[item.messageId];
      continue;
    }
    const before = next[item.messageId];
    const text = (before?.requestId === item.requestId ? before.text : '') + item.delta;
    next[item.messageId] = { requestId: item.requestId, conversationId: item.conversationId, stage: item.stage, text };
  }
  return next;
}

/** Puts a message in its place: over the one with its id, else at the end. */
export function withMessage(conversation: Conversation, message: Message): Conversation {
  const at = conversation.messages.findIndex((one) => one.id === message.id);
  const messages = at < 0 ? [...conversation.messages, message] : conversation.messages.with(at, message);
  return { ...conversation, messages };
}

/** Answers whose last event was lost: the talk as kept says that they are finished. */
export function withoutFinished(live: Chats['live'], messages: readonly Message[]): Chats['live'] {
  const finished = new Set(messages.filter((message) => message.state !== 'streaming').map((message) => message.id));
  return Object.fromEntries(Object.entries(live).filter(([id]) => !finished.has(id)));
}
