import type { EventPayload } from '../../../shared/contract/index.ts';
import type { Conversation, Message } from '../../../shared/contract/types.ts';
import { citations } from './citations.ts';
import { answerText, message } from './talks.ts';
import { Refusal, wait, type Handlers, type World } from './world.ts';

type Methods = Extract<keyof Handlers, `chats.${string}`>;

function talkOf(world: World, id: string): Conversation {
  const found = world.talks.find((one) => one.id === id);
  if (found === undefined) throw new Refusal('not_found');
  return found;
}

function keep(world: World, conversation: Conversation): void {
  const at = world.talks.findIndex((one) => one.id === conversation.id);
  if (at < 0) world.talks.unshift(conversation);
  else world.talks[at] = conversation;
}

/** Plays an answer: stages, then its text piece by piece, then the message as kept. */
async function play(world: World, conversationId: string, requestId: string, answer: Message): Promise<void> {
  const { every, characters } = world.scenario.pace ?? { every: 16, characters: 12 };
  const send = (stage: EventPayload<'chats.progress'>['stage'], delta: string, kept: Message | null) =>
    world.tell('chats.progress', {
      requestId,
      conversationId,
      messageId: answer.id,
      stage,
      delta,
      message: kept,
    });
  send('retrieving', '', null);
  await wait(every * 8);
  const quotes = answer.mode === 'quotes';
  const full = quotes ? '' : answerText;
  if (!quotes) {
    send('loading', '', null);
    await wait(every * 8);
  }
  const { tooLarge } = world.scenario;
  if (tooLarge !== undefined && !world.eased) {
    const failed: Message = { ...answer, state: 'failed', errorCode: 'model_too_large', model: tooLarge };
    const asked = talkOf(world, conversationId);
    keep(world, { ...asked, messages: asked.messages.map((one) => (one.id === answer.id ? failed : one)) });
    send('done', '', failed);
    return;
  }
  let text = '';
  for (let at = 0; at < full.length && !world.stopped.has(requestId); at += characters) {
    const delta = full.slice(at, at + characters);
    text += delta;
    send('generating', delta, null);
    await wait(every);
  }
  const cut = world.stopped.has(requestId);
  const done: Message = {
    ...answer,
    text: quotes ? '> quote' : text,
    state: cut ? 'stopped' : 'complete',
    model: quotes ? null : 'qwen3:8b',
    citations: cut || answer.mode === 'chat' ? [] : citations,
    tokens: 171,
    milliseconds: 6100,
  };
  const talk = talkOf(world, conversationId);
  keep(world, { ...talk, messages: talk.messages.map((one) => (one.id === answer.id ? done : one)) });
  send('done', '', done);
}

const nextRequest = (world: World): string => `request${(world.requests += 1)}`;

/** Conversations, and answers that are played as the scenario's pace says. */
export function talking(world: World): Pick<Handlers, Methods> {
  return {
    'chats.list': ({ query }) => ({
      conversations: world.talks
        .filter(
          (one) =>
            query === undefined ||
            `${one.title} ${one.messages[0]?.text ?? ''}`.toLowerCase().includes(query.toLowerCase()),
        )
        .map(({ id, title, updatedAt, messages }) => ({ id, title, updatedAt, messages: messages.length })),
    }),
    'chats.get': ({ id }) => talkOf(world, id),
    'chats.rename': ({ id, title }) => {
      const next = { ...talkOf(world, id), title };
      keep(world, next);
      return { id, title, updatedAt: next.updatedAt, messages: next.messages.length };
    },
    'chats.delete': ({ id }) => {
      world.talks.splice(world.talks.indexOf(talkOf(world, id)), 1);
      return {};
    },
    'chats.send': async ({ conversationId, text, mode, collectionId }) => {
      await wait(20);
      const id = conversationId ?? `talk${world.talks.length + 1}`;
      const requestId = nextRequest(world);
      const createdAt = new Date().toISOString();
      const question = message({ id: `${requestId}q`, role: 'user', text, mode, createdAt });
      const answer = message({
        id: `${requestId}a`,
        role: 'assistant',
        text: '',
        mode,
        state: 'streaming',
        model: null,
        createdAt,
      });
      const known = world.talks.find((one) => one.id === id);
      keep(world, {
        id,
        title: known?.title ?? text.slice(0, 60),
        updatedAt: createdAt,
        collectionId: collectionId ?? null,
        messages: [...(known?.messages ?? []), question, answer],
      });
      world.asked = { requestId, conversationId: id, messageId: answer.id };
      void play(world, id, requestId, answer);
      return { requestId, conversationId: id, question, answer };
    },
    'chats.retry': ({ messageId, model, contextTokens }) => {
      world.eased = model !== undefined || contextTokens !== undefined || world.settings.cacheType !== 'f16';
      const talk = world.talks.find((one) => one.messages.some((each) => each.id === messageId));
      const old = talk?.messages.find((each) => each.id === messageId);
      if (talk === undefined || old === undefined) throw new Refusal('not_found');
      const requestId = nextRequest(world);
      const answer: Message = {
        ...old,
        text: '',
        state: 'streaming',
        citations: [],
        abstained: false,
        dropped: 0,
        errorCode: null,
      };
      void play(world, talk.id, requestId, answer);
      return { requestId, conversationId: talk.id, answer };
    },
    'chats.stop': ({ requestId }) => {
      world.stopped.add(requestId);
      return {};
    },
  };
}
