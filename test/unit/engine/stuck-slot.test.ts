import { createServer, type Server } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { patience } from '../../../electron/engine/client/stall.ts';
import { freeSlot } from '../../../electron/engine/client/stuck-slot.ts';
import { AnswerTurns } from '../../../electron/engine/client/turns.ts';
import type { Connection } from '../../../electron/engine/client/types.ts';

interface Asked {
  readonly url: string;
  readonly body: Record<string, unknown>;
}

let server: Server;
let agent: Agent;
let folder: string;

/** A stand-in for the engine's HTTP: `chat` says how it answers the question about the slot; null: never. */
async function engineThat(
  chat: { status: number; error: string } | null,
): Promise<{ asked: Asked[]; connection: Connection }> {
  folder = await mkdtemp(join(tmpdir(), 'stuck-slot-'));
  const asked: Asked[] = [];
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (part: Buffer) => (text += part.toString()));
    request.on('end', () => {
      asked.push({ url: request.url ?? '', body: JSON.parse(text) as Record<string, unknown> });
      if (request.url === '/api/chat' && chat === null) return;
      const [status, value] =
        request.url === '/api/chat' ? [chat?.status ?? 0, { error: chat?.error }] : [200, { done: true }];
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    });
  });
  const socketPath = join(folder, 'engine');
  await new Promise<void>((listening) => server.listen(socketPath, listening));
  agent = new Agent({ connect: { socketPath } });
  const connection = {
    dispatcher: agent,
    renew: () => Promise.reject(new Error('An answer that was left starts no engine.')),
    settled: () => Promise.resolve(),
    onBytes: () => undefined,
    turns: new AnswerTurns(),
    patience,
    wasStopped: () => false,
  };
  return { asked, connection };
}

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await agent.destroy();
  await rm(folder, { recursive: true, force: true });
});

const answer = {
  model: 'tiny:latest',
  messages: [{ role: 'user', content: 'private words' }],
  contextTokens: 4096,
} as const;

describe('the slot of an answer that was left', () => {
  it('is asked in a form no grammar has, with the options of the answer, and left alone when it is free', async () => {
    const { asked, connection } = await engineThat({ status: 400, error: 'unrecognized type none' });
    await freeSlot(connection, answer);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({
      url: '/api/chat',
      body: {
        model: 'tiny:latest',
        stream: false,
        shift: false,
        truncate: false,
        options: { num_ctx: 4096, num_predict: 1 },
      },
    });
    expect(asked[0]?.body['format']).toEqual({ type: 'none' });
  });

  it('is given up with its runner when it does not answer', async () => {
    const { asked, connection } = await engineThat(null);
    await freeSlot(connection, answer);
    expect(asked.map(({ url }) => url)).toEqual(['/api/chat', '/api/generate']);
    expect(asked[1]?.body).toMatchObject({ model: 'tiny:latest', keep_alive: 0 });
  });

  it('asks nothing of an engine that was told to stop', async () => {
    const { asked, connection } = await engineThat(null);
    await freeSlot({ ...connection, wasStopped: () => true }, answer);
    expect(asked).toEqual([]);
  });
});
