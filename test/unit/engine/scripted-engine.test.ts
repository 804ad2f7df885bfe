import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createScriptedServer,
  defaultScript,
  firstSentenceOfPassage,
  scriptedAnswer,
  scriptedEmbedding,
} from '../../fakes/scripted-engine.ts';

const cosine = (left: readonly number[], right: readonly number[]): number =>
  left.reduce((sum, value, index) => sum + value * right[index]!, 0);

describe('the scripted stand-in', () => {
  const server = createScriptedServer({ rules: [{ match: 'colour', answer: 'It is blue [1].' }] });
  let base = '';
  beforeAll(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    base = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  });
  afterAll(() => server.close());

  it('answers by rule, else by quoting the first passage, else by echo', () => {
    const script = { ...defaultScript, rules: [{ match: 'colour', answer: 'blue' }] };
    const ask = (content: string): string => scriptedAnswer(script, [{ role: 'user', content }]);
    expect(ask('Which COLOUR?')).toBe('blue');
    expect(
      ask(
        'Passages:\n[1] handbook.pdf, page 3\nStaff have 28 days of leave. More follows.\n\n[2] other\nNo.\n\nHow many days?',
      ),
    ).toBe('“Staff have 28 days of leave.” [1]');
    expect(ask('hello')).toContain('hello');
    expect(firstSentenceOfPassage('no passages')).toBeNull();
  });

  it('embeds by shared words, the same each time', () => {
    const [leave, holidays, pumps] = ['days of annual leave', 'annual leave in days', 'pressure of the pumps'].map(
      (text) => scriptedEmbedding(text, 64),
    );
    expect(cosine(leave!, leave!)).toBeCloseTo(1);
    expect(cosine(leave!, holidays!)).toBeGreaterThan(cosine(leave!, pumps!));
    expect(scriptedEmbedding('', 8)).toHaveLength(8);
  });

  it('streams token by token, with a last message that counts', async () => {
    const body = JSON.stringify({ model: 'scripted', messages: [{ role: 'user', content: 'colour?' }] });
    const lines = (await (await fetch(`${base}/api/chat`, { method: 'POST', body })).text()).trim().split('\n');
    const messages = lines.map(
      (line) => JSON.parse(line) as { message: { content: string }; done: boolean; eval_count?: number },
    );
    expect(messages.map(({ message }) => message.content).join('')).toBe('It is blue [1].');
    expect(messages.at(-1)).toMatchObject({ done: true, eval_count: 4 });
  });

  it('refuses what the engine would refuse', async () => {
    const post = (route: string, body: unknown): Promise<Response> =>
      fetch(base + route, { method: 'POST', body: JSON.stringify(body) });
    expect((await post('/api/chat', { model: 'absent', messages: [] })).status).toBe(404);
    expect((await post('/api/pull', { model: 'scripted' })).status).toBe(404);
    const long = await post('/api/embed', { model: 'scripted-embed', input: 'x'.repeat(9000), truncate: false });
    expect(await long.json()).toEqual({ error: 'the input length exceeds the context length' });
  });
});
