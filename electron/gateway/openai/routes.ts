import { codeOf } from '../../../shared/errors.ts';
import { converse, embedTexts } from '../asking.ts';
import { checked } from '../checked.ts';
import { gather } from '../gather.ts';
import { problemOf } from '../problems.ts';
import type { Exchange, Route } from '../route.ts';
import { createWriter, leftOutHeader } from '../writer.ts';
import * as shapes from './answers.ts';
import { chatRefused, chatRequest, conversationOf, embeddingsRefused, embeddingsRequest } from './schema.ts';
import { openaiProblem } from './problem.ts';

const event = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;

export const openaiRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/chat/completions',
    scope: 'chat',
    dialect: 'openai',
    async answer(exchange) {
      const { value, leftOut } = checked(chatRequest, chatRefused, await exchange.body());
      const steps = converse(exchange, value.model, conversationOf(value));
      const completion = shapes.newCompletion(value.model);
      if (value.stream === true) {
        const wantsUsage = value.stream_options?.include_usage === true;
        await stream(exchange, steps, { completion, leftOut, wantsUsage });
        return;
      }
      const { whole, answer } = await gather(steps);
      exchange.json(200, shapes.whole(completion, whole, answer), leftOutHeader(leftOut));
    },
  },
  {
    method: 'POST',
    path: '/v1/embeddings',
    scope: 'embed',
    dialect: 'openai',
    async answer(exchange) {
      const { value, leftOut } = checked(embeddingsRequest, embeddingsRefused, await exchange.body());
      const texts = typeof value.input === 'string' ? [value.input] : value.input;
      const { vectors, answer } = await embedTexts(exchange, value.model, texts);
      const list = shapes.embeddings(value.model, vectors, answer, value.encoding_format === 'base64');
      exchange.json(200, list, leftOutHeader(leftOut));
    },
  },
  {
    method: 'GET',
    path: '/v1/models',
    scope: 'models.read',
    dialect: 'openai',
    answer: async (exchange) =>
      exchange.json(200, { object: 'list', data: (await exchange.models()).map(shapes.listed) }),
  },
];

async function stream(
  exchange: Exchange,
  steps: ReturnType<typeof converse>,
  given: { completion: shapes.Completion; leftOut: readonly string[]; wantsUsage: boolean },
): Promise<void> {
  const { completion } = given;
  const head = {
    status: 200,
    headers: exchange.headers('text/event-stream; charset=utf-8', leftOutHeader(given.leftOut)),
  };
  const writer = createWriter(exchange.response, head, exchange.readerPatience);
  let calls = 0;
  try {
    for await (const step of steps) {
      if (step.type === 'piece') {
        await writer.write(event(shapes.chunk(completion, step, !writer.hasBegun, calls)));
        calls += step.toolCalls?.length ?? 0;
        continue;
      }
      const usage = given.wantsUsage ? event(shapes.usageChunk(completion, step.answer)) : '';
      writer.end(`${event(shapes.lastChunk(completion, step.answer, calls))}${usage}data: [DONE]\n\n`);
    }
  } catch (thrown) {
    if (!writer.hasBegun || codeOf(thrown) === 'cancelled') throw thrown;
    exchange.failedMidway(thrown);
    writer.end(event(openaiProblem(problemOf(thrown))));
  }
}
