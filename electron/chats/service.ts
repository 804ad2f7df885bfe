import { randomUUID } from 'node:crypto';
import type { AnswerMode, Conversation, ConversationSummary, Message } from '../../shared/contract/types.ts';
import type { EventPayload } from '../../shared/contract/index.ts';
import { CloisterError, codeOf, detailOf } from '../../shared/errors.ts';
import type { Answer, Caller, InferencePath, InferenceRequest, StageName, Turn } from '../inference/types.ts';
import type { DatabaseClient } from '../vault/types.ts';
import type { ChatsOperations } from './database.ts';

type Progress = Omit<EventPayload<'chats.progress'>, 'sequence'>;

export interface SendInput {
  readonly conversationId?: string | undefined;
  readonly text: string;
  readonly mode: AnswerMode;
  readonly collectionId?: string | undefined;
  readonly model?: string | undefined;
}

export interface RetryInput {
  readonly messageId: string;
  /** Another one than before. */
  readonly model?: string | undefined;
  /** At most. */
  readonly contextTokens?: number | undefined;
}

export interface ChatsDeps {
  readonly database: () => DatabaseClient<ChatsOperations>;
  readonly path: InferencePath;
  readonly tokenFor: (origin: Caller['origin']) => Promise<string>;
  readonly onProgress: (progress: Progress) => void;
  readonly now: () => Date;
}

interface Running {
  readonly requestId: string;
  readonly conversationId: string;
  readonly answer: Message;
  readonly controller: AbortController;
  done: Promise<void>;
}

/** The words a person reads while they wait, from the stage at work. */
const shownStage: Partial<Record<StageName, Progress['stage']>> = {
  authenticate: 'queued',
  retrieve: 'retrieving',
  verify: 'verifying',
  fit: 'loading',
  generate: 'generating',
};

const titleOf = (question: string): string => {
  const line = question.trim().split('\n')[0] ?? '';
  return line.length <= 70 ? line : `${line.slice(0, 69).trimEnd()}…`;
};

const turnsOf = (messages: readonly Message[]): Turn[] =>
  messages.filter((message) => message.text !== '').map((message) => ({ role: message.role, text: message.text }));

/** Talks: asks through the inference path, keeps what comes back, tells the page. One answer at a time in each talk. */
export function createChats(deps: ChatsDeps) {
  const running = new Map<string, Running>();

  const busy = (conversationId: string): boolean =>
    [...running.values()].some((answer) => answer.conversationId === conversationId);

  const tell = (answer: Running, stage: Progress['stage'], delta: string, message: Message | null): void =>
    deps.onProgress({
      requestId: answer.requestId,
      conversationId: answer.conversationId,
      messageId: answer.answer.id,
      stage,
      delta,
      message,
    });

  const save = async (
    answer: Running,
    text: string,
    state: Message['state'],
    errorCode: string | null,
    result: Answer | null,
    model: string | null = null,
  ) =>
    deps.database().call('chats.saveAnswer', {
      messageId: answer.answer.id,
      text: result?.text ?? text,
      state,
      errorCode,
      model: result?.model ?? model,
      citations: result?.citations ?? [],
      abstained: result?.abstained ?? false,
      dropped: result?.dropped ?? 0,
      tokens: result?.answerTokens ?? null,
      milliseconds: result?.milliseconds ?? null,
    });

  const runAnswer = async (answer: Running, request: InferenceRequest): Promise<void> => {
    let text = '';
    let result: Answer | null = null;
    try {
      for await (const event of deps.path.run(request, answer.controller.signal)) {
        if (event.type === 'delta') {
          text += event.text;
          tell(answer, 'generating', event.text, null);
        } else if (event.type === 'stage') {
          const stage = shownStage[event.stage];
          if (stage !== undefined) tell(answer, stage, '', null);
        } else if (event.type === 'answer') result = event.answer;
      }
      tell(answer, 'done', '', await save(answer, text, 'complete', null, result));
    } catch (thrown) {
      const code = codeOf(thrown);
      const state = code === 'cancelled' ? 'stopped' : 'failed';
      // What arrived before the end stays readable. Locking closes the vault; the next unlock marks the answer then.
      const model = detailOf(thrown)?.['model'];
      const refused = typeof model === 'string' ? model : null;
      const kept = await save(answer, text, state, code, null, refused).catch(() => null);
      tell(answer, 'done', '', kept ?? { ...answer.answer, text, state, errorCode: code });
    } finally {
      running.delete(answer.requestId);
    }
  };

  const start = async (
    origin: Caller['origin'],
    ask: {
      conversationId: string;
      answer: Message;
      question: string;
      history: Turn[];
      collectionId: string | null;
      model: string | undefined;
      contextTokens?: number | undefined;
    },
  ): Promise<string> => {
    const requestId = randomUUID();
    const token = await deps.tokenFor(origin);
    const entry: Running = {
      requestId,
      conversationId: ask.conversationId,
      answer: ask.answer,
      controller: new AbortController(),
      done: Promise.resolve(),
    };
    running.set(requestId, entry);
    // The caller learns the request's id before the first piece arrives.
    entry.done = new Promise<void>((resolve) => setImmediate(resolve)).then(() =>
      runAnswer(entry, {
        id: requestId,
        token,
        origin,
        mode: ask.answer.mode,
        question: ask.question,
        history: ask.history,
        collectionId: ask.collectionId ?? undefined,
        model: ask.model,
        contextTokens: ask.contextTokens,
      }),
    );
    return requestId;
  };

  return {
    list: (query?: string): Promise<ConversationSummary[]> =>
      deps
        .database()
        .call('chats.list', { query: query === undefined || query.trim() === '' ? null : query, limit: 1000 }),
    get: (id: string): Promise<Conversation> => deps.database().call('chats.get', { id }),
    rename: (id: string, title: string): Promise<ConversationSummary> =>
      deps.database().call('chats.rename', { id, title }),

    async delete(id: string): Promise<void> {
      for (const answer of running.values()) if (answer.conversationId === id) answer.controller.abort();
      await deps.database().call('chats.delete', { id });
    },

    async send(input: SendInput, origin: Caller['origin']) {
      const at = deps.now().toISOString();
      const collectionId = input.collectionId ?? null;
      const known = input.conversationId;
      if (known !== undefined && busy(known)) {
        throw new CloisterError('busy', 'An answer is still being written in this talk. Stop it or wait.');
      }
      const conversationId =
        known ??
        (await deps.database().call('chats.create', { id: randomUUID(), title: titleOf(input.text), collectionId, at }))
          .id;
      const history =
        known === undefined ? [] : turnsOf((await deps.database().call('chats.get', { id: known })).messages);
      const exchange = await deps.database().call('chats.addExchange', {
        conversationId,
        collectionId,
        question: { id: randomUUID(), text: input.text },
        answer: { id: randomUUID() },
        mode: input.mode,
        model: input.model ?? null,
        at,
      });
      const requestId = await start(origin, {
        conversationId,
        answer: exchange.answer,
        question: input.text,
        history,
        collectionId,
        model: input.model,
      });
      return { requestId, conversationId, ...exchange };
    },

    async retry({ messageId, model, contextTokens }: RetryInput, origin: Caller['origin']) {
      if ([...running.values()].some((entry) => entry.answer.id === messageId)) {
        throw new CloisterError('busy', 'This answer is still being written.');
      }
      const again = await deps.database().call('chats.restart', { messageId, model: model ?? null });
      const question = again.earlier.at(-1);
      if (question === undefined) throw new CloisterError('not_found', 'The question of this answer no longer exists.');
      const requestId = await start(origin, {
        conversationId: again.conversationId,
        answer: again.answer,
        question: question.text,
        history: turnsOf(again.earlier.slice(0, -1)),
        collectionId: again.collectionId,
        model: again.chosenModel ?? undefined,
        contextTokens,
      });
      return { requestId, conversationId: again.conversationId, answer: again.answer };
    },

    stop(requestId: string): void {
      running.get(requestId)?.controller.abort();
    },

    /** Stops every answer and waits until each is kept: before lock and quit. */
    async stopAll(): Promise<void> {
      for (const answer of running.values()) answer.controller.abort();
      await Promise.allSettled([...running.values()].map((answer) => answer.done));
    },

    /** After each unlock: answers that were running when the process ended say so. */
    markInterrupted: (): Promise<number> => deps.database().call('chats.markInterrupted', {}),
  };
}

export type Chats = ReturnType<typeof createChats>;
