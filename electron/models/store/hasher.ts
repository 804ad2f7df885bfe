import type { FileHandle } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { createFileHash, hashFile } from './hash-file.ts';
import type { HashOrder, HashReply } from './hash-worker.ts';

export interface Hashing {
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: ((done: number) => void) | undefined;
  /** Waited for before each part: work that gives way to everything else waits here. */
  readonly pace?: (() => Promise<void>) | undefined;
  /** The file is being written, a moment before it is read. */
  readonly isHot?: boolean | undefined;
}

/** SHA-256 of an open file, hex, with its length. */
export type Hasher = (file: FileHandle, options?: Hashing) => Promise<{ hex: string; bytes: number }>;

/** Bytes of one order: some 20 ms of work, so that stopping and progress are prompt. */
const part = 32 << 20;
/** The same for work that gives way or follows a file that still grows. */
export const pacedBytes = 4 << 20;

/** On the calling thread: for programs that do nothing else meanwhile. */
export const hashHere: Hasher = async (file, { signal, onBytes, pace } = {}) => {
  if (pace === undefined) return hashFile(file, { signal, onBytes });
  const hash = createFileHash(file);
  for (;;) {
    await pace();
    const ended = await hash.next(pacedBytes, signal);
    onBytes?.(hash.done());
    if (ended) return { hex: hash.hex(), bytes: hash.done() };
  }
};

/** In a thread of its own, which is started when it is first needed and never keeps the program from ending. */
export function createHasher(workerPath: string): Hasher {
  let worker: Worker | null = null;
  let lastJob = 0;
  const waiting = new Map<number, PromiseWithResolvers<HashReply>>();

  const fail = (thrown: unknown): void => {
    worker = null;
    for (const each of waiting.values()) each.reject(thrown);
    waiting.clear();
  };
  const running = (): Worker => {
    if (worker !== null) return worker;
    const started = new Worker(workerPath);
    started.on('message', (reply: HashReply) => {
      waiting.get(reply.job)?.resolve(reply);
      waiting.delete(reply.job);
      if (waiting.size === 0) started.unref();
    });
    started.on('error', fail);
    started.on('exit', () => {
      if (worker === started) fail(new Error('The thread that hashes files ended.'));
    });
    return (worker = started);
  };
  const ask = (order: HashOrder): Promise<HashReply> => {
    const reply = Promise.withResolvers<HashReply>();
    const at = running();
    waiting.set(order.job, reply);
    at.ref();
    at.postMessage(order);
    return reply.promise;
  };

  return async (file, { signal, onBytes, pace, isHot = false } = {}) => {
    const order = { job: ++lastJob, descriptor: file.fd, bytes: pace === undefined ? part : pacedBytes, isHot };
    try {
      for (;;) {
        await pace?.();
        signal?.throwIfAborted();
        // Each part is waited for, so the caller never closes a descriptor that is being read.
        const { done, hex, failed } = await ask(order);
        if (failed !== null) throw Object.assign(new Error('A file of the model could not be read.'), { code: failed });
        onBytes?.(done);
        if (hex !== null) return { hex, bytes: done };
      }
    } catch (thrown) {
      worker?.postMessage({ ...order, bytes: null } satisfies HashOrder);
      throw thrown;
    }
  };
}
