import { codeOf } from '../../../shared/errors.ts';
import { converse, embedTexts } from '../asking.ts';
import { checked } from '../checked.ts';
import { problemOf } from '../problems.ts';
import type { Exchange, Route } from '../route.ts';
import { gather } from '../gather.ts';
import { createWriter, leftOutHeader } from '../writer.ts';
import * as shapes from './answers.ts';
import {
  chatRefused,
  chatRequest,
  conversationOfChat,
  conversationOfPrompt,
  embedRefused,
  embedRequest,
  generateRefused,
  generateRequest,
} from './schema.ts';
import type { Answer, ClientConversation, Piece } from '../../inference/types.ts';

interface Shapes {
  readonly piece: (model: string, piece: Piece) => object;
  readonly end: (model: string, answer: Answer, whole?: Partial<Piece>) => object;
}

const chatShapes: Shapes = { piece: shapes.chatPiece, end: shapes.chatEnd };
const generateShapes: Shapes = { piece: shapes.generatePiece, end: shapes.generateEnd };

const line = (value: object): string => `${JSON.stringify(value)}\n`;

export const ollamaRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/api/chat',
    scope: 'chat',
    dialect: 'ollama',
    async answer(exchange) {
      const { value, leftOut } = checked(chatRequest, chatRefused, await exchange.body());
      await respond(exchange, { ...value, leftOut, conversation: conversationOfChat(value), shapes: chatShapes });
    },
  },
  {
    method: 'POST',
    path: '/api/generate',
    scope: 'chat',
    dialect: 'ollama',
    async answer(exchange) {
      const { value, leftOut } = checked(generateRequest, generateRefused, await exchange.body());
      await respond(exchange, { ...value, leftOut, conversation: conversationOfPrompt(value), shapes: generateShapes });
    },
  },
  {
    method: 'POST',
    path: '/api/embed',
    scope: 'embed',
    dialect: 'ollama',
    async answer(exchange) {
      const { value, leftOut } = checked(embedRequest, embedRefused, await exchange.body());
      const texts = typeof value.input === 'string' ? [value.input] : value.input;
      const { vectors, answer } = await embedTexts(exchange, value.model, texts);
      exchange.json(200, shapes.embedAnswer(value.model, vectors, answer), leftOutHeader(leftOut));
    },
  },
  {
    method: 'GET',
    path: '/api/tags',
    scope: 'models.read',
    dialect: 'ollama',
    answer: async (exchange) => exchange.json(200, { models: (await exchange.models()).map(shapes.listed) }),
  },
  {
    method: 'GET',
    path: '/api/ps',
    scope: 'models.read',
    dialect: 'ollama',
    answer: async (exchange) => exchange.json(200, { models: (await exchange.loaded()).map(shapes.running) }),
  },
  {
    method: 'GET',
    path: '/api/version',
    scope: null,
    dialect: 'ollama',
    answer: async (exchange) => exchange.json(200, { version: await exchange.engineVersion() }),
  },
];

interface Asked {
  readonly model: string;
  readonly stream: boolean;
  readonly leftOut: readonly string[];
  readonly conversation: ClientConversation;
  readonly shapes: Shapes;
}

async function respond(exchange: Exchange, { model, stream, leftOut, conversation, shapes }: Asked): Promise<void> {
  const steps = converse(exchange, model, conversation);
  if (!stream) {
    const { whole, answer } = await gather(steps);
    exchange.json(200, shapes.end(model, answer, whole), leftOutHeader(leftOut));
    return;
  }
  const head = { status: 200, headers: exchange.headers('application/x-ndjson', leftOutHeader(leftOut)) };
  const writer = createWriter(exchange.response, head, exchange.readerPatience);
  try {
    for await (const step of steps) {
      if (step.type === 'piece') await writer.write(line(shapes.piece(model, step)));
      else writer.end(line(shapes.end(model, step.answer)));
    }
  } catch (thrown) {
    if (!writer.hasBegun || codeOf(thrown) === 'cancelled') throw thrown;
    // The status is out already: the reason stands in the stream, as Ollama does it.
    exchange.failedMidway(thrown);
    writer.end(line({ error: problemOf(thrown).message }));
  }
}
