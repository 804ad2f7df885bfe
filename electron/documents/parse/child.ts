import { randomUUID } from 'node:crypto';
import type { ChildProcess } from 'node:child_process';
import { FrameCollector, frameHeader, startSandboxed, type Command } from '../../sandbox/index.ts';
import { limits } from './limits.ts';
import type { Reason } from './reasons.ts';
import { replySchema, type Reply } from './schema.ts';

export interface ParserRequest {
  readonly extension: string;
  readonly bytes: Uint8Array;
  /** Milliseconds. */
  readonly wallTime: number;
  readonly signal?: AbortSignal | undefined;
}

export type Outcome = Without<Extract<Reply, { ok: true }>> | Without<Extract<Reply, { ok: false }>>;

type Without<Of extends Reply> = Omit<Of, 'id'>;

/** One sandboxed process. It is asked for one file at a time; whoever started it ends it. */
export interface ParserChild {
  /** False once it has ended, or spoke without being asked. */
  readonly alive: () => boolean;
  /** Never throws: whatever the process does ends as an outcome. One that is no document ends the process. */
  parse(request: ParserRequest): Promise<Outcome>;
  kill(): void;
}

interface Question {
  readonly id: string;
  readonly answer: FrameCollector;
  readonly settle: (outcome: Outcome) => void;
}

function failed(reason: Reason): Outcome {
  return { ok: false, reason };
}

/** Only an answer that bears the request's own id: one that was written before it was asked cannot. */
function checked(payload: Buffer, expected: string): Outcome {
  try {
    const reply = replySchema.safeParse(JSON.parse(payload.toString('utf8')));
    return reply.success && reply.data.id === expected ? reply.data : failed('junk');
  } catch {
    return failed('junk');
  }
}

function send(child: ChildProcess, id: string, { extension, bytes }: ParserRequest): void {
  const header = Buffer.from(JSON.stringify({ id, extension, size: bytes.byteLength }));
  child.stdin?.write(frameHeader(header.length));
  child.stdin?.write(header);
  child.stdin?.write(bytes);
}

export function startChild(command: Command, environment: Readonly<Record<string, string>>): ParserChild {
  const { child, ended, whenEnded, kill } = startSandboxed(command, environment);
  let question: Question | null = null;
  let spoilt = false;

  const end = (): void => {
    spoilt = true;
    kill();
  };

  whenEnded((reason) => question?.settle(failed(reason)));
  child.stdout?.on('data', (part: Buffer) => {
    // Nothing was asked: it may not speak at all.
    if (question === null) {
      end();
      return;
    }
    const state = question.answer.push(part);
    if (state === 'invalid') question.settle(failed('junk'));
    if (state === 'complete') question.settle(checked(question.answer.payload(), question.id));
  });

  const ask = (request: ParserRequest): Promise<Outcome> =>
    new Promise((resolve) => {
      const { wallTime, signal } = request;
      const timer = setTimeout(() => settle(failed('too_slow')), wallTime);
      timer.unref();
      const cancel = (): void => settle(failed('cancelled'));
      const settle = (outcome: Outcome): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', cancel);
        question = null;
        resolve(outcome);
      };
      question = { id: randomUUID(), answer: new FrameCollector(limits.replyBytes), settle };
      signal?.addEventListener('abort', cancel, { once: true });
      if (signal?.aborted === true) cancel();
      else send(child, question.id, request);
    });

  return {
    alive: () => !spoilt && ended() === null,
    kill: end,
    parse: async (request) => {
      const over = ended() ?? (spoilt ? 'crashed' : null);
      const outcome = over === null ? await ask(request) : failed(over);
      if (!outcome.ok) end();
      return outcome;
    },
  };
}
