import { read, readSync } from 'node:fs';
import { promisify } from 'node:util';
import { parentPort } from 'node:worker_threads';
import { createFileHash, hotBytes } from './hash-file.ts';

/** `bytes` more of a job's file, whose descriptor the asking thread keeps open; null: the job is given up. */
export interface HashOrder {
  readonly job: number;
  readonly descriptor: number;
  readonly bytes: number | null;
  /** What is read was written a moment ago: no other thread is asked to read it. */
  readonly isHot: boolean;
}

/** `hex` once the file has ended. */
export interface HashReply {
  readonly job: number;
  readonly done: number;
  readonly hex: string | null;
  /** Why the file could not be read; the code of the operating system. */
  readonly failed: string | null;
}

const readDescriptor = promisify(read);
const jobs = new Map<number, ReturnType<typeof createFileHash>>();

const openJob = ({ job, descriptor, isHot }: HashOrder) => {
  const file = {
    read: async (buffer: Buffer, offset: number, length: number, position: number) =>
      isHot
        ? { buffer, bytesRead: readSync(descriptor, buffer, offset, length, position) }
        : readDescriptor(descriptor, buffer, offset, length, position),
  };
  const opened = createFileHash(file as Parameters<typeof createFileHash>[0], isHot ? hotBytes : undefined);
  jobs.set(job, opened);
  return opened;
};

async function answer(order: HashOrder, bytes: number): Promise<HashReply> {
  const hash = jobs.get(order.job) ?? openJob(order);
  try {
    const ended = await hash.next(bytes);
    if (ended) jobs.delete(order.job);
    return { job: order.job, done: hash.done(), hex: ended ? hash.hex() : null, failed: null };
  } catch (thrown) {
    jobs.delete(order.job);
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'EIO';
    return { job: order.job, done: hash.done(), hex: null, failed: code };
  }
}

parentPort?.on('message', (order: HashOrder) => {
  if (order.bytes === null) jobs.delete(order.job);
  else void answer(order, order.bytes).then((reply) => parentPort?.postMessage(reply));
});
