import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngineWith, type EngineHandle, type EngineInsides } from '../../../electron/engine/create-engine.ts';
import { cachedEngine } from '../../../electron/engine/find/index.ts';
import type { ChatChunk, ChatRequest, EngineClient } from '../../../electron/engine/types.ts';
import { installModel, writeTinyChatModel, writeTinyEmbeddingModel } from '../../fixtures/tiny-chat-model.ts';

export const keeper = join(import.meta.dirname, '..', '..', '..', 'electron', 'engine', 'keeper', 'entry.ts');

/** The engine that set-up obtained: these tests run the real one. */
export const realEngine = join(
  cachedEngine({ platform: process.platform, home: homedir(), environment: process.env }),
  'bin',
  'ollama',
);

/** The weaker cage, as on a system that refuses namespaces. */
export const weaker: EngineInsides = {
  probe: () => Promise.resolve({ kind: 'port', reason: 'this test refuses them' }),
};

export interface Bench {
  readonly folder: string;
  readonly profile: string;
  readonly models: string;
  readonly engine: EngineHandle;
  end(): Promise<void>;
}

/** A profile, a store with tiny real models, and an engine that is trusted but not started; null: none yet. */
export async function prepare(insides: EngineInsides = {}, binary: string | null = realEngine): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'engine-service-'));
  const models = join(folder, 'models');
  const gguf = join(folder, 'model.gguf');
  if (binary !== null) {
    // Slow enough (about 800 tokens a second) that there is time to interrupt an answer.
    writeTinyChatModel(gguf, { hidden: 512, layers: 8, heads: 8, keyValueHeads: 8, feedForward: 1536 });
    await installModel(models, 'tiny', gguf);
  }
  writeTinyEmbeddingModel(gguf);
  await installModel(models, 'tiny-embed', gguf);
  await rm(gguf);
  const engine = createEngineWith({ profile: folder, models, runtime: { node: process.execPath, keeper } }, insides);
  if (binary !== null) await engine.trustFile(binary);
  const end = async (): Promise<void> => {
    await engine.dispose();
    await rm(folder, { recursive: true, force: true });
  };
  return { folder, profile: folder, models, engine, end };
}

export const asking = (maxTokens: number, content = 'say something'): ChatRequest => ({
  model: 'tiny',
  messages: [{ role: 'user', content }],
  contextTokens: 4096,
  maxTokens,
  temperature: 0,
});

export async function answerOf(client: EngineClient, request: ChatRequest, signal?: AbortSignal): Promise<ChatChunk[]> {
  const chunks: ChatChunk[] = [];
  for await (const chunk of client.chat(request, signal ?? new AbortController().signal)) chunks.push(chunk);
  return chunks;
}

export interface Running {
  readonly pid: number;
  readonly parent: number;
  readonly executable: string;
}

async function see(pid: number): Promise<Running | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return null;
    return { pid, parent: Number(fields[1]), executable: await readlink(`/proc/${pid}/exe`) };
  } catch {
    return null;
  }
}

/** Every living process below one, at any depth. */
export async function descendants(of: number): Promise<Running[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const all = (await Promise.all(pids.map(see))).filter((process) => process !== null);
  const below = (parent: number): Running[] =>
    all.filter((process) => process.parent === parent).flatMap((child) => [child, ...below(child.pid)]);
  return below(of);
}

export const isAlive = async (pid: number): Promise<boolean> => (await see(pid)) !== null;

/** The engine and its runner among our own descendants. */
export async function findProcess(name: 'ollama' | 'llama-server' | 'bwrap', of = process.pid): Promise<number> {
  const found = (await descendants(of)).find((running) => running.executable.endsWith(`/${name}`));
  if (found === undefined) throw new Error(`no ${name} runs below this process`);
  return found.pid;
}

/** Looks until it is so, or fails saying what was waited for. */
export async function until(what: string, condition: () => boolean | Promise<boolean>, within = 10_000): Promise<void> {
  const deadline = Date.now() + within;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not within ${within} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
