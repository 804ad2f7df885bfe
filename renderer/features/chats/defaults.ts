import type { AnswerMode, Collection } from '../../../shared/contract/types.ts';
import type { Draft } from './store.ts';

export interface Means {
  /** Chat models are installed. Null: not known yet. */
  readonly chatModel: boolean | null;
  /** Null: not known yet. */
  readonly collections: readonly Collection[] | null;
  /** The collection of the conversation so far. */
  readonly conversationCollection: string | null | undefined;
}

export interface Ways {
  readonly mode: AnswerMode;
  readonly collectionId: string | null;
  /** Which ways cannot be taken, and why. */
  readonly blocked: Readonly<Partial<Record<AnswerMode, 'model' | 'documents'>>>;
  /** What is there has not been read yet. */
  readonly waiting: boolean;
  /** Nothing works: neither documents nor a model. */
  readonly nothing: boolean;
  /** Quotes stand in for an answer because there is no chat model. */
  readonly quotesForWant: boolean;
}

function chooseCollection(draft: Draft, means: Means): string | null {
  const wanted = draft.collectionId === undefined ? means.conversationCollection : draft.collectionId;
  const known = (id: string | null | undefined) => (means.collections ?? []).some((one) => one.id === id);
  if (wanted === null && draft.collectionId === null) return null;
  if (known(wanted)) return wanted ?? null;
  const filled = (means.collections ?? []).find((one) => one.documents > 0);
  return filled?.id ?? null;
}

/** How a question will be answered: what the person chose, else the best that what is installed allows. */
export function waysOf(draft: Draft, means: Means): Ways {
  const collectionId = chooseCollection(draft, means);
  const model = means.chatModel !== false;
  const blocked: Partial<Record<AnswerMode, 'model' | 'documents'>> = {};
  if (!model) blocked.chat = 'model';
  if (collectionId === null) blocked.quotes = 'documents';
  if (collectionId === null) blocked.generate = 'documents';
  if (!model) blocked.generate = 'model';
  const order: readonly AnswerMode[] =
    draft.mode === null ? ['generate', 'quotes', 'chat'] : [draft.mode, 'generate', 'quotes', 'chat'];
  const mode = order.find((one) => blocked[one] === undefined);
  return {
    mode: mode ?? 'quotes',
    collectionId,
    blocked,
    waiting: means.collections === null || means.chatModel === null,
    nothing: mode === undefined && means.collections !== null,
    quotesForWant: means.collections !== null && mode === 'quotes' && draft.mode !== 'quotes' && !model,
  };
}
