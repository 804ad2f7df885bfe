/**
 * A scripted stand-in for the engine, for tests in which the content of an answer matters (a small random model speaks
 * nonsense). It speaks the routes that Cloister uses, answers by rule, streams token by token, and its embeddings are
 * bags of hashed words: the same text gives the same vector, and texts that share words lie near each other. It is no
 * model, and nothing in the product knows it. Imports nothing but Node, so that it runs inside the real cage.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

interface Message {
  readonly role: string;
  readonly content: string;
}

interface ScriptedRule {
  /** The first rule whose pattern is found in the last message answers. */
  readonly match: string;
  readonly answer: string;
  /** Instead of the answer: every message as it arrived, as JSON in ASCII. */
  readonly echoes?: boolean;
  /** Between two tokens of this answer. */
  readonly tokenMilliseconds?: number;
  /** After so many tokens it says nothing more and keeps the connection. */
  readonly hangsAfter?: number;
  /** Instead of the answer: the engine has no memory for the model. */
  readonly lacksMemory?: readonly string[];
}

export interface Script {
  readonly version: string;
  /** Between two tokens. */
  readonly tokenMilliseconds: number;
  readonly rules: readonly ScriptedRule[];
  readonly models: readonly string[];
  readonly dimensions: number;
  /** Longer texts are refused by `/api/embed`, in characters. */
  readonly longestText: number;
  /** It ends at once when asked to serve, saying this. */
  readonly failsToServe: string | null;
  /** It never answers when it is asked to embed. */
  readonly hangsToEmbed: boolean;
  /** A caller who leaves keeps the only place, until the model is unloaded (ollama/ollama#17131). */
  readonly losesPlaces: boolean;
}

export const defaultScript: Script = {
  version: '0.32.15',
  tokenMilliseconds: 1,
  rules: [],
  models: ['scripted:latest', 'scripted-embed:latest'],
  dimensions: 64,
  longestText: 8_000,
  failsToServe: null,
  hangsToEmbed: false,
  losesPlaces: false,
};

/** The first sentence of a passage that a prompt numbers `[1]`, or nothing. */
export function firstSentenceOfPassage(prompt: string): string | null {
  const passage = /\[1\][^\n]*\n?([\s\S]*?)(?=\n\s*\[2\]|\n<\/|\n```|$)/.exec(prompt)?.[0] ?? null;
  if (passage === null) return null;
  const text = passage.replace(/^\[1\]\s*/, '').trim();
  const body = text.includes('\n') ? text.slice(text.indexOf('\n') + 1) : text;
  return /[^.!?\n]{3,}[.!?]/.exec(body)?.[0].trim() ?? /[^\n]+/.exec(body)?.[0].trim() ?? null;
}

const inAscii = (messages: readonly Message[]): string =>
  JSON.stringify(messages).replace(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

function ruleFor(script: Script, messages: readonly Message[]): ScriptedRule | undefined {
  const last = messages.at(-1)?.content ?? '';
  return script.rules.find((candidate) => new RegExp(candidate.match, 'iu').test(last));
}

/** By rule; else a quotation of passage 1 with its citation; else an echo that says what it is. */
export function scriptedAnswer(script: Script, messages: readonly Message[]): string {
  const last = messages.at(-1)?.content ?? '';
  const rule = ruleFor(script, messages);
  if (rule !== undefined) return rule.echoes === true ? inAscii(messages) : rule.answer;
  const everything = messages.map((message) => message.content).join('\n');
  const quoted = firstSentenceOfPassage(everything);
  return quoted === null ? `This is the scripted engine; you said: ${last.slice(0, 200)}` : `“${quoted}” [1]`;
}

function hash(word: string): number {
  let value = 2166136261;
  for (let index = 0; index < word.length; index++) value = Math.imul(value ^ word.charCodeAt(index), 16777619);
  return value >>> 0;
}

/** Words hashed into dimensions with a sign, to unit length. */
export function scriptedEmbedding(text: string, dimensions: number): number[] {
  const vector = new Array<number>(dimensions).fill(0);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? ['']) {
    const code = hash(word);
    vector[code % dimensions] = (vector[code % dimensions] ?? 0) + ((code >>> 16) & 1 ? 1 : -1);
  }
  const length = Math.hypot(...vector);
  return vector.map((value, index) => (length === 0 ? (index === 0 ? 1 : 0) : value / length));
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString() || '{}') as Record<string, unknown>;
}

function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(value));
}

const pause = (milliseconds: number): Promise<void> =>
  milliseconds <= 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Words with the space before them, as most tokenizers cut. */
const tokensOf = (text: string): string[] => text.match(/\s*\S+/g) ?? [];

/** One request at a time is answered by each model, as by the real engine. */
class Places {
  readonly #last = new Map<string, Promise<void>>();
  #free: (() => void)[] = [];

  async take(model: string): Promise<() => void> {
    const before = this.#last.get(model);
    let end = (): void => undefined;
    this.#last.set(model, new Promise((resolve) => (end = resolve)));
    this.#free.push(end);
    await before;
    return end;
  }

  /** Whatever a model kept is given back with its memory. */
  unload(): void {
    for (const end of this.#free.splice(0)) end();
  }
}

/** A script at work. */
interface Running {
  readonly script: Script;
  readonly places: Places;
  /** What it does, for its log. */
  readonly says: (line: string) => void;
}

/** A schema of an object, `json` or nothing; the real engine refuses others, once it has the place. */
const isFormat = (format: unknown): boolean =>
  format === undefined || format === 'json' || (format as { type?: unknown } | null)?.type === 'object';

async function chat(running: Running, body: Record<string, unknown>, response: ServerResponse): Promise<void> {
  const { script, places } = running;
  const end = await places.take(String(body.model));
  if (!isFormat(body.format)) {
    end();
    send(response, 400, { error: 'JSON schema conversion failed' });
    return;
  }
  const lacks = ruleFor(script, (body.messages ?? []) as Message[])?.lacksMemory ?? [];
  if (lacks.includes(String(body.model))) {
    end();
    send(response, 500, { error: 'model requires more system memory (9.1 GiB) than is available (2.0 GiB)' });
    return;
  }
  const whole = await write(running, body, response);
  if (whole || !script.losesPlaces) end();
}

/** False when the caller left before the end. */
async function write(
  { script, says }: Running,
  body: Record<string, unknown>,
  response: ServerResponse,
): Promise<boolean> {
  const messages = (body.messages ?? []) as Message[];
  const model = String(body.model);
  const rule = ruleFor(script, messages);
  const limit = (body.options as { num_predict?: number } | undefined)?.num_predict ?? Infinity;
  const all = tokensOf(scriptedAnswer(script, messages));
  const tokens = all.slice(0, limit);
  const last = {
    model,
    created_at: new Date().toISOString(),
    done: true,
    done_reason: tokens.length < all.length ? 'length' : 'stop',
    prompt_eval_count: tokensOf(messages.map((message) => message.content).join(' ')).length,
    eval_count: tokens.length,
  };
  if (body.stream === false) {
    send(response, 200, { ...last, message: { role: 'assistant', content: tokens.join('') } });
    return true;
  }
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  for (const [written, content] of tokens.entries()) {
    if (written === rule?.hangsAfter && !response.destroyed) {
      await new Promise((resolve) => response.once('close', resolve));
    }
    if (response.destroyed) {
      says(`the caller left after ${written} of ${tokens.length} tokens`);
      return false;
    }
    response.write(
      `${JSON.stringify({ model, created_at: last.created_at, message: { role: 'assistant', content }, done: false })}\n`,
    );
    await pause(rule?.tokenMilliseconds ?? script.tokenMilliseconds);
  }
  says(`answered with ${tokens.length} tokens`);
  response.end(`${JSON.stringify({ ...last, message: { role: 'assistant', content: '' } })}\n`);
  return true;
}

function embed(script: Script, body: Record<string, unknown>, response: ServerResponse): void {
  const texts = ([] as string[]).concat(body.input as string | string[]);
  if (body.truncate === false && texts.some((text) => text.length > script.longestText)) {
    send(response, 400, { error: 'the input length exceeds the context length' });
    return;
  }
  send(response, 200, {
    model: body.model,
    embeddings: texts.map((text) => scriptedEmbedding(text, script.dimensions)),
  });
}

const knows = (script: Script, model: unknown): boolean =>
  script.models.some((name) => name === model || name === `${String(model)}:latest`);

async function answer(running: Running, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { script, places, says } = running;
  const route = `${request.method ?? ''} ${request.url ?? ''}`;
  if (route === 'GET /api/version') {
    send(response, 200, { version: script.version });
    return;
  }
  if (route === 'GET /api/ps') {
    send(response, 200, { models: [] });
    return;
  }
  if (route === 'GET /api/tags') {
    send(response, 200, { models: script.models.map((name) => ({ name, model: name, size: 0 })) });
    return;
  }
  const body = await readJson(request);
  if (!['POST /api/chat', 'POST /api/embed', 'POST /api/generate'].includes(route)) {
    send(response, 404, { error: 'not scripted' });
    return;
  }
  if (!knows(script, body.model)) {
    send(response, 404, { error: `model '${String(body.model)}' not found` });
    return;
  }
  if (route === 'POST /api/chat') return chat(running, body, response);
  if (route === 'POST /api/embed' && script.hangsToEmbed) return;
  if (route === 'POST /api/embed') {
    embed(script, body, response);
    return;
  }
  places.unload();
  says('unloaded');
  send(response, 200, { model: body.model, response: '', done: true, done_reason: 'unload' });
}

export function createScriptedServer(given: Partial<Script> = {}, says: Running['says'] = () => undefined): Server {
  const running: Running = { script: { ...defaultScript, ...given }, places: new Places(), says };
  return createServer((request, response) => {
    answer(running, request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else send(response, 500, { error: String(error) });
    });
  });
}

/**
 * What `bin/ollama` of an installed scripted engine runs: `--version` and `serve`, as the real one speaks.
 * @public called by the file that `installScriptedEngine` writes
 */
export function runScriptedBinary(given: Partial<Script>, options: readonly string[]): void {
  const script = { ...defaultScript, ...given };
  if (options.includes('--version')) {
    process.stdout.write(`ollama version is ${script.version}\n`);
    return;
  }
  if (script.failsToServe !== null) {
    process.stderr.write(`${script.failsToServe}\n`);
    process.exitCode = 2;
    return;
  }
  const [host = '127.0.0.1', port = '11434'] = (process.env.OLLAMA_HOST ?? '').split(':');
  const server = createScriptedServer(script, (line) => {
    process.stderr.write(`level=INFO source=scripted msg="${line}"\n`);
  });
  server.listen(Number(port), host, () => {
    const address = server.address();
    const bound = typeof address === 'object' && address !== null ? address.port : 0;
    process.stderr.write(
      `level=INFO source=scripted msg="Listening on ${host}:${bound} (version ${script.version})"\n`,
    );
  });
  process.on('SIGTERM', () => process.exit(0));
}
