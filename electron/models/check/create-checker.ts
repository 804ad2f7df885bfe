import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { findSandbox, sandboxCommand, startSandboxed, type Sandbox, type SandboxProgram } from '../../sandbox/index.ts';
import { malformed } from '../gguf/problems.ts';
import { askChild, checkFailed, type Question } from './ask-child.ts';
import { limits } from './limits.ts';
import type { CheckedWeights, CheckReply } from './types.ts';

export interface CheckerOptions {
  /** The built checker (`dist/model-checker.js`). */
  readonly entry: string;
  /** A Node 24 binary: the real file, not a script that starts it. */
  readonly node: string;
  /** Path of bubblewrap; undefined looks for it, null goes without (the mode of other systems). */
  readonly bubblewrap?: string | null;
  /** Refuses every file where there is no namespace. */
  readonly requireNamespace?: boolean;
}

/**
 * The static check of what a stranger wrote, each time in a process that has never seen another file: no network, no files, no
 * environment, bounded memory and time (docs/decisions/models-check.md).
 */
export interface ModelChecker {
  /**
   * Reads the front of a GGUF file. Throws `unsupported_type` with the problem's code in the detail; `parse_failed` or
   * `timeout` when the process itself ended.
   */
  checkWeights(file: FileHandle | string, signal?: AbortSignal): Promise<CheckedWeights>;
  /** A vision projector or an adapter. Throws as above. */
  checkPart(file: string, signal?: AbortSignal): Promise<void>;
  /** A template layer, in Go's syntax. Throws as above. */
  checkTemplate(template: Uint8Array, signal?: AbortSignal): Promise<void>;
}

async function during<Value>(path: string, work: (file: FileHandle) => Promise<Value>): Promise<Value> {
  const opened = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    return await work(opened);
  } finally {
    await opened.close();
  }
}

export function createModelChecker({
  entry,
  node,
  bubblewrap,
  requireNamespace = false,
}: CheckerOptions): ModelChecker {
  const program: SandboxProgram = { node, entry, limits };
  let found: Promise<Sandbox> | undefined;

  async function ask(question: Question, signal?: AbortSignal): Promise<CheckReply> {
    signal?.throwIfAborted();
    const { kind, tools } = await (found ??= findSandbox(program, bubblewrap));
    if (requireNamespace && kind !== 'namespace') throw checkFailed('unsealed');
    // Windows needs this one to start any program; in the namespace there is no environment at all.
    const root = process.env['SystemRoot'];
    const environment: Record<string, string> =
      kind === 'permissions' && root !== undefined ? { SystemRoot: root } : {};
    const reply = await askChild(startSandboxed(sandboxCommand(program, tools), environment), question, signal);
    if (!reply.ok) throw malformed(reply.problem);
    return reply;
  }

  async function checkOpen(file: FileHandle, signal?: AbortSignal): Promise<CheckedWeights> {
    const { size } = await file.stat();
    const reply = await ask({ kind: 'weights', file, size }, signal);
    if (!reply.ok || reply.weights === null) throw checkFailed('junk');
    return reply.weights;
  }

  return {
    async checkWeights(file, signal) {
      if (typeof file !== 'string') return checkOpen(file, signal);
      return during(file, (opened) => checkOpen(opened, signal));
    },
    checkPart: (path, signal) =>
      during(path, async (file) => {
        await ask({ kind: 'part', file, size: (await file.stat()).size }, signal);
      }),
    async checkTemplate(template, signal) {
      if (template.length > 4 * limits.templateLength) throw malformed('template_length');
      await ask({ kind: 'go-template', bytes: template }, signal);
    },
  };
}
