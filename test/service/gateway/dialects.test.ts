import { afterEach, describe, expect, it } from 'vitest';
import { CloisterError } from '../../../shared/errors.ts';
import { endOf, openGateway, type OpenGateway } from '../../fixtures/gateway.ts';

let door: OpenGateway | null = null;
afterEach(async () => {
  await door?.gateway.stop();
  door = null;
});

const user = { role: 'user', content: 'Hi' };
const chat = { model: 'm', messages: [user] };
const linesOf = (text: string): unknown[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
const eventsOf = (text: string): unknown[] =>
  text
    .split('\n\n')
    .filter((event) => event.startsWith('data: {'))
    .map((event) => JSON.parse(event.slice(6)) as unknown);

describe('as Ollama speaks', () => {
  it('streams an answer line by line, and ends with the numbers', async () => {
    door = await openGateway();
    const answer = await door.call('/api/chat', chat);
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
    expect(linesOf(await answer.text())).toMatchObject([
      { model: 'm', message: { role: 'assistant', content: 'Hello' }, done: false },
      { message: { content: ' there' }, done: false },
      {
        message: { content: '' },
        done: true,
        done_reason: 'stop',
        prompt_eval_count: 3,
        eval_count: 2,
        total_duration: 5e6,
      },
    ]);
    expect(door.asked).toMatchObject([
      { origin: 'gateway', mode: 'chat', model: 'm', conversation: { messages: [user] } },
    ]);
  });

  it('answers whole, a prompt by itself, and for vectors', async () => {
    door = await openGateway(async function* ({ mode }) {
      if (mode === 'embed') yield { type: 'vectors', vectors: [Float32Array.of(0.5, 0.25)] };
      else yield { type: 'delta', text: 'So.' };
      yield endOf();
    });
    const whole = await door.call('/api/chat', { ...chat, stream: false });
    expect(await whole.json()).toMatchObject({ message: { role: 'assistant', content: 'So.' }, done: true });
    const generated = await door.call('/api/generate', {
      model: 'm',
      prompt: 'Hi',
      system: 'Be short.',
      stream: false,
    });
    expect(await generated.json()).toMatchObject({ response: 'So.', done: true });
    expect(door.asked[1]?.conversation?.messages).toMatchObject([{ role: 'system', content: 'Be short.' }, user]);
    const vectors = await door.call('/api/embed', { model: 'm', input: 'Hi', truncate: true });
    expect(await vectors.json()).toMatchObject({ model: 'm', embeddings: [[0.5, 0.25]], prompt_eval_count: 3 });
  });

  it('hands on what may be asked of the engine, in its own words, and names what it leaves out', async () => {
    door = await openGateway();
    const tool = { type: 'function', function: { name: 'weather', parameters: { type: 'object' } } };
    const answer = await door.call('/api/chat', {
      ...chat,
      tools: [tool],
      format: { type: 'object' },
      think: 'low',
      options: { temperature: 0, top_p: 0.5, seed: 7, num_predict: -1, stop: 'END', num_ctx: 1_000_000, num_gpu: 99 },
      keep_alive: -1,
      invented: 1,
    });
    expect(answer.headers.get('x-cloister-left-out')).toBe('invented');
    await answer.text();
    expect(door.asked[0]?.conversation).toEqual({
      messages: [{ role: 'user', content: 'Hi' }],
      tools: [tool.function],
      format: { type: 'object' },
      think: 'low',
      temperature: 0,
      seed: 7,
      sampling: { topP: 0.5, stop: ['END'] },
    });
  });

  it.each([
    ['/api/chat', { model: 'm', messages: [] }],
    ['/api/chat', { model: 'm', messages: [{ role: 'root', content: 'Hi' }] }],
    ['/api/chat', { ...chat, logprobs: true }],
    ['/api/chat', { messages: [user] }],
    ['/api/chat', [chat]],
    ['/api/generate', { model: 'm', prompt: 'Hi', raw: true }],
    ['/api/generate', { model: 'm', prompt: 'Hi', template: '{{ .Prompt }}' }],
    ['/api/generate', { model: 'm', prompt: 'Hi', context: [1, 2] }],
    ['/api/embed', { model: 'm', input: [] }],
    ['/v1/chat/completions', { ...chat, n: 2 }],
    ['/v1/chat/completions', { ...chat, tool_choice: 'required' }],
    [
      '/v1/chat/completions',
      {
        ...chat,
        messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://example.com/a.png' } }] }],
      },
    ],
    ['/v1/embeddings', { model: 'm', input: 'Hi', dimensions: 3 }],
  ])('%s refuses %j with 422 and never asks', async (path, body) => {
    door = await openGateway();
    const answer = await door.call(path, body);
    expect(answer.status).toBe(422);
    expect(JSON.stringify(await answer.json())).toContain('error');
    expect(door.asked).toEqual([]);
  });

  it('lists models as Ollama does', async () => {
    door = await openGateway();
    expect(await (await door.call('/api/tags')).json()).toMatchObject({
      models: [
        { name: 'm:latest', model: 'm:latest', details: { parameter_size: '8.0B', quantization_level: 'Q4_K_M' } },
      ],
    });
    expect(await (await door.call('/api/version')).json()).toEqual({ version: '0.32.15' });
    expect(await (await door.call('/api/ps')).json()).toEqual({ models: [] });
  });
});

describe('as OpenAI speaks', () => {
  it('streams events, the role first, the numbers when they are wanted', async () => {
    door = await openGateway();
    const answer = await door.call('/v1/chat/completions', {
      ...chat,
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    const text = await answer.text();
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(eventsOf(text)).toMatchObject([
      {
        object: 'chat.completion.chunk',
        choices: [{ delta: { role: 'assistant', content: 'Hello' }, finish_reason: null }],
      },
      { choices: [{ delta: { content: ' there' } }] },
      { choices: [{ delta: {}, finish_reason: 'stop' }] },
      { choices: [], usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } },
    ]);
  });

  it('takes tools there and back', async () => {
    door = await openGateway(async function* () {
      yield { type: 'delta', text: '', toolCalls: [{ name: 'weather', arguments: { city: 'Bern' } }] };
      yield endOf();
    });
    const answer = await door.call('/v1/chat/completions', {
      model: 'm',
      messages: [
        user,
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city":"Bern"}' } }],
        },
        { role: 'tool', tool_call_id: 'c1', content: 'Rain.' },
      ],
      tools: [{ type: 'function', function: { name: 'weather', parameters: { type: 'object' } } }],
    });
    expect(await answer.json()).toMatchObject({
      choices: [
        {
          message: {
            content: null,
            tool_calls: [{ type: 'function', function: { name: 'weather', arguments: '{"city":"Bern"}' } }],
          },
          finish_reason: 'tool_calls',
        },
      ],
    });
    expect(door.asked[0]?.conversation?.messages.slice(1)).toMatchObject([
      { role: 'assistant', content: '', toolCalls: [{ name: 'weather', arguments: { city: 'Bern' } }] },
      { role: 'tool', content: 'Rain.', toolName: 'weather' },
    ]);
  });

  it('gives vectors as numbers or as bytes, and lists models', async () => {
    door = await openGateway(async function* () {
      yield { type: 'vectors', vectors: [Float32Array.of(1, 0)] };
      yield endOf();
    });
    const numbers = await door.call('/v1/embeddings', { model: 'm', input: ['Hi'] });
    expect(await numbers.json()).toMatchObject({ object: 'list', data: [{ index: 0, embedding: [1, 0] }] });
    const bytes = await door.call('/v1/embeddings', { model: 'm', input: 'Hi', encoding_format: 'base64' });
    expect(await bytes.json()).toMatchObject({ data: [{ embedding: 'AACAPwAAAAA=' }] });
    expect(await (await door.call('/v1/models')).json()).toMatchObject({ data: [{ id: 'm:latest', object: 'model' }] });
  });
});

describe('what goes wrong', () => {
  it.each([
    ['unauthenticated', 401],
    ['forbidden', 403],
    ['model_blocked', 403],
    ['model_missing', 404],
    ['too_large', 413],
    ['bad_request', 422],
    ['busy', 429],
    ['budget', 429],
    ['internal', 500],
    ['engine_failed', 502],
    ['engine_missing', 503],
    ['locked', 503],
    ['timeout', 504],
  ] as const)('%s before the first word is status %i, in both dialects', async (code, status) => {
    door = await openGateway(async function* () {
      throw new CloisterError(code, 'Why.');
    });
    const ollama = await door.call('/api/chat', chat);
    expect(ollama.status).toBe(status);
    expect(await ollama.json()).toEqual({ error: code === 'internal' ? 'Something went wrong here.' : 'Why.' });
    expect(ollama.headers.get('retry-after') === null).toBe(status !== 429);
    expect(ollama.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer' : null);
    const openai = await door.call('/v1/chat/completions', { ...chat, stream: true });
    expect(openai.status).toBe(status);
    expect(await openai.json()).toMatchObject({ error: { code } });
  });

  it('stands in the stream once words are out', async () => {
    door = await openGateway(async function* () {
      yield { type: 'delta', text: 'Hel' };
      throw new CloisterError('engine_failed', 'The engine stopped answering. Try again.');
    });
    expect(linesOf(await (await door.call('/api/chat', chat)).text())).toMatchObject([
      { message: { content: 'Hel' } },
      { error: 'The engine stopped answering. Try again.' },
    ]);
    const events = eventsOf(await (await door.call('/v1/chat/completions', { ...chat, stream: true })).text());
    expect(events.at(-1)).toMatchObject({ error: { code: 'engine_failed' } });
  });

  it('tells nothing of an error that is not ours', async () => {
    door = await openGateway(async function* () {
      throw new Error('/home/ana/secret');
    });
    const answer = await door.call('/api/chat', chat);
    expect([answer.status, await answer.text()]).toEqual([500, '{"error":"Something went wrong here."}']);
    expect(door.notes).toHaveLength(1);
  });

  it('a stall before the first word is 504, one after it stands in the stream', async () => {
    const stall = (signal: AbortSignal): Promise<never> =>
      new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(new CloisterError('cancelled', 'Stopped.'))),
      );
    door = await openGateway(
      async function* ({ model }, signal) {
        yield { type: 'stage', stage: 'generate' };
        if (model === 'late') yield { type: 'delta', text: 'Hel' };
        await stall(signal);
      },
      { limits: { token: 60 } },
    );
    const before = await door.call('/api/chat', chat);
    expect([before.status, await before.text()]).toEqual([504, expect.stringContaining('written nothing')]);
    const after = linesOf(await (await door.call('/api/chat', { ...chat, model: 'late' })).text());
    expect(after).toMatchObject([
      { message: { content: 'Hel' } },
      { error: expect.stringContaining('written nothing') as string },
    ]);
  });

  it('waiting in line is no stall', async () => {
    door = await openGateway(
      async function* () {
        yield { type: 'stage', stage: 'budget' };
        await new Promise((resolve) => setTimeout(resolve, 150));
        yield { type: 'stage', stage: 'inspect-prompt' };
        yield { type: 'delta', text: 'So.' };
        yield endOf();
      },
      { limits: { token: 60 } },
    );
    expect((await door.call('/api/chat', chat)).status).toBe(200);
  });
});
