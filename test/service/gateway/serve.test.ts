import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Ollama } from 'ollama';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installModel } from '../../fixtures/install-model.ts';
import { tinyChat } from '../models/support.ts';
import { collect, createCommandLine, type CommandLine, type Ran } from '../terminal/cli.ts';

/** The real command line with the real engine in its cage. */
let cli: CommandLine;
let serving: ReturnType<CommandLine['start']>;
let ended: Promise<Ran>;
let url: string;
let sessionId: string;

async function serve(...args: string[]): Promise<void> {
  serving = cli.start('serve', ...args);
  ended = collect(serving);
  const [first] = (await Promise.race([once(serving.stdout, 'data'), ended.then((ran) => [ran.out])])) as [Buffer];
  ({ url, sessionId } = JSON.parse(first.toString()) as { url: string; sessionId: string });
}

interface Issued {
  readonly id: string;
  readonly token: string;
  readonly scopes: readonly string[];
  readonly expiresAt: string;
}
const issue = async (...args: string[]): Promise<Issued> =>
  (await cli.run('token', 'issue', ...args)).json as unknown as Issued;

const status = async (path: string, token: string): Promise<number> =>
  (await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } })).status;

/** Every file of the profile that holds these words. */
function filesWith(folder: string, words: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(words));
}

beforeAll(async () => {
  cli = await createCommandLine();
  expect((await cli.run('init')).code).toBe(0);
  mkdirSync(join(cli.profile, 'models'), { recursive: true, mode: 0o700 });
  const file = join(cli.folder, 'w.gguf');
  writeFileSync(file, tinyChat({ seed: 7 }));
  await installModel(join(cli.profile, 'models'), 'tiny', file);
  rmSync(file);
  await cli.run('models', 'list');
  expect((await cli.run('models', 'approve', 'tiny')).code).toBe(0);
  await serve();
}, 120_000);
afterAll(async () => {
  serving.kill('SIGTERM');
  await ended;
  await cli.remove();
});

describe('cloister serve', () => {
  it('says where it listens, and which session its tokens are of', () => {
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(sessionId).toMatch(/^[0-9a-f-]{36}$/);
    expect(statSync(join(cli.profile, 'control.sock')).mode & 0o777).toBe(0o600);
  });

  it('serves Ollama’s own client, with the real engine behind it', async () => {
    const { token } = await issue('--scopes', 'chat,embed,models.read', '--name', 'notebook');
    const ollama = new Ollama({ host: url, headers: { authorization: `Bearer ${token}` } });
    const { models } = await ollama.list();
    expect(models.map(({ name }) => name)).toEqual(['all-minilm:latest', 'tiny:latest']);
    const stream = await ollama.chat({
      model: 'tiny',
      messages: [{ role: 'user', content: 'Hello' }],
      stream: true,
      options: { num_predict: 4 },
    });
    const pieces = [];
    for await (const piece of stream) pieces.push(piece);
    expect(pieces.at(-1)).toMatchObject({ done: true, done_reason: 'length', eval_count: 4 });
    const { embeddings } = await ollama.embed({ model: 'all-minilm', input: ['one', 'two'] });
    expect(embeddings.map((vector) => vector.length)).toEqual([384, 384]);
    await expect(ollama.pull({ model: 'other' })).rejects.toMatchObject({ status_code: 404 });
  });

  it('keeps a token to what it was issued for', async () => {
    const reader = await issue('--scopes', 'models.read');
    expect(await status('/api/tags', reader.token)).toBe(200);
    expect(await status('/metrics', reader.token)).toBe(403);
    const ollama = new Ollama({ host: url, headers: { authorization: `Bearer ${reader.token}` } });
    const asking = ollama.chat({ model: 'tiny', messages: [{ role: 'user', content: 'Hello' }] });
    await expect(asking).rejects.toMatchObject({ status_code: 403 });
    const other = await issue('--scopes', 'chat,models.read', '--models', 'all-minilm');
    const bound = new Ollama({ host: url, headers: { authorization: `Bearer ${other.token}` } });
    await expect(bound.chat({ model: 'tiny', messages: [{ role: 'user', content: 'Hello' }] })).rejects.toMatchObject({
      status_code: 403,
    });
    expect((await bound.list()).models.map(({ name }) => name)).toEqual(['all-minilm:latest']);
  });

  it('ends a token when it is revoked, and when its time is over', async () => {
    const short = await issue('--scopes', 'models.read', '--ttl', '1');
    const revoked = await issue('--scopes', 'models.read', '--name', 'gone soon');
    const listed = (await cli.run('token', 'list')).json as { tokens: { id: string; name: string }[] };
    expect(listed.tokens.find(({ id }) => id === revoked.id)).toMatchObject({ name: 'gone soon', lastUsedAt: null });
    expect(JSON.stringify(listed)).not.toContain(revoked.token);
    expect((await cli.run('token', 'revoke', revoked.id)).code).toBe(0);
    expect(await status('/api/tags', revoked.token)).toBe(401);
    expect((await cli.run('token', 'revoke', revoked.id)).code).toBe(1);
    await expect.poll(() => status('/api/tags', short.token), { timeout: 5_000 }).toBe(401);
  });

  it('refuses scopes that there are not', async () => {
    for (const scopes of ['everything', 'documents.query:*', 'documents.query:Nothing', '']) {
      const ran = await cli.run('token', 'issue', '--scopes', scopes);
      expect([1, 2], scopes).toContain(ran.code);
      expect(ran.json, scopes).toHaveProperty('error');
    }
  });

  it('issues nothing to somebody who cannot open the vault', async () => {
    expect((await cli.runLocked('token', 'issue', '--scopes', 'chat')).code).toBe(3);
    const wrong = join(cli.folder, 'wrong');
    writeFileSync(wrong, 'another passphrase\n', { mode: 0o600 });
    const ran = await cli.runLocked('--passphrase-file', wrong, 'token', 'issue', '--scopes', 'chat');
    expect([ran.code, ran.json['error']]).toMatchObject([3, { code: 'wrong_passphrase' }]);
  });

  it('leaves no token in any file', async () => {
    const { token } = await issue('--scopes', 'chat');
    expect(filesWith(cli.profile, token.split('.')[2]!)).toEqual([]);
  });

  it('has each request in the record, with the program’s session', async () => {
    const { lines } = await cli.run('audit', 'list').catch(() => ({ lines: [] }));
    // The profile is in use: what is recorded is looked at once the door is shut.
    expect(lines).toHaveLength(1);
  });

  it('shuts when it is told to end, with every token, and says so with exit code 0', async () => {
    const { token } = await issue('--scopes', 'models.read');
    serving.kill('SIGTERM');
    expect((await ended).code).toBe(0);
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
    expect(existsSync(join(cli.profile, 'control.sock'))).toBe(false);
    const late = await cli.run('token', 'list');
    expect([late.code, late.json['error']]).toMatchObject([3, { code: 'not_available' }]);
    const { lines } = await cli.run('audit', 'list');
    const ours = lines.filter((entry) => entry['origin'] === 'gateway');
    expect(ours.map(({ kind, decision, code }) => [kind, decision, code])).toEqual(
      expect.arrayContaining([
        ['chat', 'allowed', null],
        ['embed', 'allowed', null],
        ['chat', 'refused', 'forbidden'],
      ]),
    );
    expect(ours.every((entry) => entry['session'] === sessionId)).toBe(true);
    const port = new URL(url).port;
    await serve('--port', port);
    expect(await status('/api/tags', token)).toBe(401);
  });

  it('says when its port is taken', async () => {
    serving.kill('SIGTERM');
    await ended;
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const ran = await cli.run('serve', '--port', String(port));
    expect([ran.code, ran.json['error']]).toMatchObject([1, { code: 'conflict' }]);
    taken.close();
    await serve();
  });
});
