import { spawn, type ChildProcess } from 'node:child_process';
import { FrameCollector, frameHeader } from './frames.ts';
import { limits } from './limits.ts';
import type { Reason } from './reasons.ts';
import { replySchema, type Reply } from './schema.ts';
import type { Command } from './sandbox-command.ts';

/** One sandboxed process, good for one document. */
export interface ParserChild {
  readonly alive: () => boolean;
  /** Never throws: whatever the process does ends as a reply or a reason. */
  parse(request: { extension: string; bytes: Uint8Array; wallTime: number; signal?: AbortSignal }): Promise<Reply>;
  kill(): void;
}

function failed(reason: Reason): Reply {
  return { ok: false, reason };
}

/** 137: killed by the kernel for processor time (or by us, which is told apart earlier); 134: V8 gave up for want of memory. */
function reasonOfExit(code: number | null, signal: NodeJS.Signals | null): Reason {
  if (code === 137 || signal === 'SIGKILL' || code === 152 || signal === 'SIGXCPU') return 'too_slow';
  if (code === 134 || signal === 'SIGABRT' || code === 133 || signal === 'SIGTRAP') return 'out_of_memory';
  return 'crashed';
}

function checked(payload: Buffer): Reply {
  try {
    const reply = replySchema.safeParse(JSON.parse(payload.toString('utf8')));
    return reply.success ? reply.data : failed('junk');
  } catch {
    return failed('junk');
  }
}

function send(child: ChildProcess, extension: string, bytes: Uint8Array): void {
  const { stdin } = child;
  if (stdin === null) return;
  // A process that dies while it is fed breaks the pipe; its exit tells why.
  stdin.on('error', () => undefined);
  const header = Buffer.from(JSON.stringify({ extension, size: bytes.byteLength }));
  stdin.write(frameHeader(header.length));
  stdin.write(header);
  stdin.end(bytes);
}

/**
 * Bubblewrap killed while it clones leaves its inner process waiting for it for ever. A young process is therefore let end
 * by itself, at the end of its input, and killed only when it is old enough to be set up. Milliseconds.
 */
const settled = 3_000;

export function startChild(command: Command, environment: Readonly<Record<string, string>>): ParserChild {
  const child = spawn(command.file, command.args, {
    // What a parser writes to its error stream may hold document text: nobody reads it.
    stdio: ['pipe', 'pipe', 'ignore'],
    env: environment,
    cwd: '/',
    windowsHide: true,
  });
  let ended: Reason | null = null;
  let whenEnded: (reason: Reason) => void = () => undefined;
  const end = (reason: Reason): void => {
    ended ??= reason;
    whenEnded(ended);
  };
  child.on('error', () => end('no_sandbox'));
  child.on('close', (code, signal) => end(reasonOfExit(code, signal)));
  const startedAt = performance.now();
  const kill = (): void => {
    child.stdin.destroy();
    const age = performance.now() - startedAt;
    if (age >= settled) return void child.kill('SIGKILL');
    const later = setTimeout(() => child.kill('SIGKILL'), settled - age);
    child.once('exit', () => clearTimeout(later));
    // What is being ended must not keep us: the end of its input and of its parent end it too.
    later.unref();
    child.unref();
    child.stdout.destroy();
  };

  return {
    alive: () => ended === null,
    kill,
    parse: async ({ extension, bytes, wallTime, signal }) => {
      const reply = await new Promise<Reply>((resolve) => {
        const answer = new FrameCollector(limits.replyBytes);
        const timer = setTimeout(() => resolve(failed('too_slow')), wallTime);
        timer.unref();
        signal?.addEventListener('abort', () => resolve(failed('cancelled')), { once: true });
        if (signal?.aborted === true) resolve(failed('cancelled'));
        whenEnded = (reason) => resolve(failed(reason));
        if (ended !== null) resolve(failed(ended));
        child.stdout.on('data', (part: Buffer) => {
          const state = answer.push(part);
          if (state === 'invalid') resolve(failed('junk'));
          if (state === 'complete') resolve(checked(answer.payload()));
        });
        send(child, extension, bytes);
      });
      kill();
      return reply;
    },
  };
}
