import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Application, AskInput } from '../../../electron/app/application.ts';
import type { Answer, InferenceEvent } from '../../../electron/inference/types.ts';
import type { AuditEntry, Conversation, Message } from '../../../shared/contract/types.ts';
import type { EventPayload } from '../../../shared/contract/index.ts';
import { applicationOf } from '../../bench/application.ts';
import { installScriptedEngine } from '../../fakes/install-scripted-engine.ts';
import type { Script } from '../../fakes/scripted-engine.ts';
import { embedderName } from '../../../electron/models/index.ts';
import { approveModels, owner } from '../../fixtures/approve-models.ts';
import { installModel, writeTinyChatModel, writeTinyEmbeddingModel } from '../../fixtures/tiny-chat-model.ts';
import { descendants, isAlive, until, type Running } from '../engine/support.ts';

export const chatModel = 'scripted:latest';
/** Of no shape that any family of models has; its vocabulary alone tells. */
export const oddToken = '§turn§';
/** The one that is taken when none is named: it is the larger one. */
export const defaultModel = 'scripted-large:latest';
const embedder = 'scripted-embed:latest';

/** What came of one question. */
export interface Asked {
  readonly events: readonly InferenceEvent[];
  /** The pieces as they were shown, joined. */
  readonly streamed: string;
  readonly answer: Answer | null;
  readonly thrown: unknown;
}

export interface Office {
  readonly application: Application;
  readonly folder: string;
  readonly collectionId: string;
  ask(question: string, more?: Partial<AskInput>, signal?: AbortSignal): Promise<Asked>;
  /** Every entry of the record, oldest first, without those of the models that were put here. */
  record(): Promise<AuditEntry[]>;
  close(): Promise<void>;
}

/** Tiny models under the names that the scripted engine knows; weights matter only to the checks. */
async function installScripted(models: string): Promise<void> {
  const gguf = join(models, '..', 'model.gguf');
  writeTinyChatModel(gguf, { controlToken: oddToken });
  await installModel(models, 'scripted', gguf);
  await installModel(models, 'scripted-large', gguf, { licence: 'So that it is larger.' });
  writeTinyEmbeddingModel(gguf);
  await installModel(models, 'scripted-embed', gguf);
  await rm(gguf);
}

export async function askOf(
  application: Application,
  input: AskInput,
  signal: AbortSignal = new AbortController().signal,
  onEvent: (event: InferenceEvent) => void = () => undefined,
): Promise<Asked> {
  const events: InferenceEvent[] = [];
  let thrown: unknown;
  try {
    for await (const event of application.ask(input, 'cli', signal)) {
      events.push(event);
      onEvent(event);
    }
  } catch (error) {
    thrown = error;
  }
  const streamed = events.flatMap((event) => (event.type === 'delta' ? [event.text] : [])).join('');
  const answer = events.flatMap((event) => (event.type === 'answer' ? [event.answer] : []))[0] ?? null;
  return { events, streamed, answer, thrown };
}

/** `keychain` opens again after a lock, for as long as the test runs. */
type KeySource = 'memory' | 'keychain';

/** The scripted engine knows no embedder but the one that a test put here. */
async function keepOwnEmbedder({ rooms }: Application): Promise<void> {
  const { store, passports } = rooms.models;
  const embedders = (await store.list()).filter(({ kind }) => kind === 'embedding');
  if (embedders.length > 1) await passports.remove(embedderName, owner);
}

/** The whole application on a new profile; only the keychain is a stand-in. */
export async function openApplication(
  installModels: (models: string) => Promise<void>,
  keySource: KeySource = 'memory',
): Promise<{ application: Application; folder: string; close: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'cloister-office-'));
  const profile = join(folder, 'profile');
  await mkdir(join(profile, 'models'), { recursive: true, mode: 0o700 });
  await installModels(join(profile, 'models'));
  const application = applicationOf(profile);
  await application.start();
  await application.create({ keySource });
  await approveModels(application);
  await keepOwnEmbedder(application);
  const close = async (): Promise<void> => {
    await application.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { application, folder, close };
}

/** The application with these documents taken in, and the scripted engine in the real cage. */
export async function openOffice(
  documents: Readonly<Record<string, string | Uint8Array>>,
  script: Partial<Script>,
  keySource: KeySource = 'memory',
): Promise<Office> {
  const { application, folder, close } = await openApplication(installScripted, keySource);
  const papers = join(folder, 'papers');
  await mkdir(papers);
  for (const [name, content] of Object.entries(documents)) await writeFile(join(papers, name), content);
  const { engine, documents: library, audit } = application.rooms;
  const models = [chatModel, defaultModel, embedder];
  await engine.trustFile(await installScriptedEngine(join(folder, 'engine'), { models, ...script }));
  const collection = await library.createCollection('Papers');
  await library.ingest(collection.id, [papers], {});
  await library.embedPending({ collectionId: collection.id });
  return {
    application,
    folder,
    collectionId: collection.id,
    ask: (question, more = {}, signal) =>
      askOf(
        application,
        { question, mode: 'generate', collectionId: collection.id, model: chatModel, ...more },
        signal,
      ),
    record: async () => (await audit.list({ limit: 1000 })).filter(({ kind }) => kind !== 'model').reverse(),
    close,
  };
}

/** Calls of a page, by the contract alone, and the news it hears. */
export function openPage(application: Application) {
  const heard: EventPayload<'chats.progress'>[] = [];
  const close = application.onEvent((event, payload) => {
    if (event === 'chats.progress') heard.push(payload as EventPayload<'chats.progress'>);
  });
  const call = async <Value>(method: string, input: unknown): Promise<Value> => {
    const result = await application.dispatch(method, input, { origin: 'page' });
    if (!result.ok) throw Object.assign(new Error(result.error.code), result.error);
    return result.value as Value;
  };
  const of = (requestId: string) => heard.filter((progress) => progress.requestId === requestId);
  return {
    call,
    close,
    of,
    conversation: (id: string) => call<Conversation>('chats.get', { id }),
    /** The text that a page has drawn so far. */
    drawn: (requestId: string): string =>
      of(requestId)
        .map(({ delta }) => delta)
        .join(''),
    async done(requestId: string): Promise<Message> {
      await until('the answer has ended', () => of(requestId).some(({ stage }) => stage === 'done'), 120_000);
      return of(requestId).find(({ stage }) => stage === 'done')!.message!;
    },
  };
}

export interface Started {
  readonly requestId: string;
  readonly conversationId: string;
  readonly answer: Message;
}

const commandLine = async (pid: number): Promise<string> => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');

/** The engine that runs below this process. */
async function findEngine(all: readonly Running[]): Promise<Running> {
  for (const running of all) if ((await commandLine(running.pid)).includes('ollama\0serve')) return running;
  throw new Error('no engine runs below this process');
}

/** Everything in the engine's cage, from bubblewrap to the runner: the parser has a cage of its own. */
export async function engineProcesses(): Promise<Running[]> {
  const all = await descendants(process.pid);
  const engine = await findEngine(all);
  const around: Running[] = [];
  for (let at: Running | undefined = engine; at !== undefined; at = all.find(({ pid }) => pid === at?.parent))
    around.push(at);
  return [...around, ...(await descendants(engine.pid))];
}

/** `kill -9` of the engine itself: not of its cage, not of its keeper. */
export async function killEngine(): Promise<void> {
  process.kill((await findEngine(await descendants(process.pid))).pid, 'SIGKILL');
}

export async function allGone(processes: readonly Running[]): Promise<void> {
  for (const { pid, executable } of processes) await until(`${executable} is gone`, async () => !(await isAlive(pid)));
}
