import type { FileHandle } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { CloisterError } from '../../../shared/errors.ts';
import { FrameCollector, frameHeader, type EndReason, type SandboxedProcess } from '../../sandbox/index.ts';
import { limits as headerLimits } from '../gguf/limits.ts';
import { limits } from './limits.ts';
import { replySchema } from './reply-schema.ts';
import type { CheckReply } from './types.ts';

/** What the process is asked: the weights' front, piece by piece, or the text of a template. */
export type Question =
  | { readonly kind: 'weights' | 'part'; readonly file: FileHandle; readonly size: number }
  | { readonly kind: 'go-template'; readonly bytes: Uint8Array };

const failures = {
  no_sandbox: 'The sandbox that checks model files could not be started. Run “cloister doctor” to see why.',
  too_slow: 'Checking this model took too long and was stopped. Nothing was installed.',
  out_of_memory: 'Checking this model needed more memory than its header may have. Nothing was installed.',
  crashed: 'Checking this model stopped the checker, which did no harm: it runs on its own. Nothing was installed.',
  junk: 'The checker gave back something that is no answer, so nothing was installed.',
  unsealed:
    'Your organisation requires a namespace of its own for what strangers wrote, which this system does not give, so nothing was checked or installed. Run “cloister doctor” to see why.',
} as const satisfies Record<EndReason | 'junk' | 'unsealed', string>;

export const checkFailed = (reason: keyof typeof failures): CloisterError =>
  new CloisterError(reason === 'too_slow' ? 'timeout' : 'parse_failed', failures[reason], { detail: { reason } });

function parseReply(payload: Buffer): CheckReply {
  try {
    return replySchema.parse(JSON.parse(payload.toString('utf8')));
  } catch {
    throw checkFailed('junk');
  }
}

const blockBytes = 64 * 1024;

const written = (into: Writable, bytes: Uint8Array): Promise<boolean> =>
  new Promise((resolve) => into.write(bytes, (error) => resolve(error === null || error === undefined)));

/** The file's front, until the process has seen enough of it and closes its input. */
async function feed(into: Writable, question: Question, isAnswered: () => boolean): Promise<void> {
  const size = question.kind === 'go-template' ? question.bytes.length : question.size;
  const header = Buffer.from(JSON.stringify({ kind: question.kind, size }));
  await written(into, Buffer.concat([frameHeader(header.length), header]));
  if (question.kind === 'go-template') {
    into.end(question.bytes);
    return;
  }
  const end = Math.min(question.size, headerLimits.headerBytes);
  for (let at = 0; at < end && !isAnswered();) {
    const { buffer, bytesRead } = await question.file.read(
      Buffer.allocUnsafe(blockBytes),
      0,
      Math.min(blockBytes, end - at),
      at,
    );
    if (bytesRead === 0 || !(await written(into, buffer.subarray(0, bytesRead)))) break;
    at += bytesRead;
  }
  if (!isAnswered()) into.end();
}

/** One question, one answer, within the time; the process is ended whatever happens. */
export async function askChild(
  { child, whenEnded, kill }: SandboxedProcess,
  question: Question,
  signal?: AbortSignal,
): Promise<CheckReply> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  promise.catch(() => undefined);
  let answered = false;
  const timer = setTimeout(() => reject(checkFailed('too_slow')), limits.wallMilliseconds);
  const stop = (): void => reject(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted === true) stop();
  whenEnded((reason) => reject(checkFailed(reason)));
  const answer = new FrameCollector(limits.replyBytes);
  child.stdout?.on('data', (part: Buffer) => {
    const state = answer.push(part);
    if (state === 'invalid') reject(checkFailed('junk'));
    if (state === 'complete') resolve(answer.payload());
  });
  try {
    const fed = child.stdin === null ? Promise.resolve() : feed(child.stdin, question, () => answered);
    fed.catch(reject);
    return parseReply(await promise);
  } finally {
    answered = true;
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
    kill();
  }
}
