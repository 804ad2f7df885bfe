import type { ChildProcess } from 'node:child_process';
import { FrameCollector, frameHeader, startSandboxed, type Command } from '../../sandbox/index.ts';
import { limits } from './limits.ts';
import type { Reason } from './reasons.ts';
import { replySchema, type Reply } from './schema.ts';

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
  const header = Buffer.from(JSON.stringify({ extension, size: bytes.byteLength }));
  stdin.write(frameHeader(header.length));
  stdin.write(header);
  stdin.end(bytes);
}

export function startChild(command: Command, environment: Readonly<Record<string, string>>): ParserChild {
  const { child, ended, whenEnded, kill } = startSandboxed(command, environment);

  return {
    alive: () => ended() === null,
    kill,
    parse: async ({ extension, bytes, wallTime, signal }) => {
      const reply = await new Promise<Reply>((resolve) => {
        const answer = new FrameCollector(limits.replyBytes);
        const timer = setTimeout(() => resolve(failed('too_slow')), wallTime);
        timer.unref();
        signal?.addEventListener('abort', () => resolve(failed('cancelled')), { once: true });
        if (signal?.aborted === true) resolve(failed('cancelled'));
        whenEnded((reason) => resolve(failed(reason)));
        child.stdout?.on('data', (part: Buffer) => {
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
