import { findSandbox, type Sandbox } from '../../sandbox/index.ts';
import type { ParsedDocument, Parser } from '../types.ts';
import { startChild, type ParserChild } from './child.ts';
import { extensionOf } from './extensions.ts';
import { limits, wallTime } from './limits.ts';
import { refused } from './reasons.ts';
import { parserProgram, sandboxCommand } from './sandbox-command.ts';
import { createSlots } from './slots.ts';
import { findSnapshot, type Snapshot } from './snapshot.ts';

interface ParserOptions {
  /** The built parser (`dist/parser.js`); its data lies beside it in `pdfjs/`. */
  readonly entry: string;
  /** A Node 24 binary: the real file, not a script that starts it. */
  readonly node: string;
  /** Path of bubblewrap; undefined looks for it, null goes without (the mode of other systems). */
  readonly bubblewrap?: string | null;
  /** Refuses every document where there is no namespace, instead of reading it behind Node's permission model alone. */
  readonly requireNamespace?: boolean;
  /** Documents at the same time. */
  readonly parallel?: number;
  /** What the process needs to start at all, such as `SystemRoot` on Windows. Empty in the namespace, always. */
  readonly environment?: Readonly<Record<string, string>>;
  /** How long an unused process is kept ready; it hides about 0.1 s of start, and costs about 70 MB. */
  readonly keepReady?: number;
}

interface Means {
  readonly sandbox: Sandbox;
  readonly snapshot: Snapshot;
}

async function findMeans(options: ParserOptions): Promise<Means> {
  const { entry, node, environment = {} } = options;
  const sandbox = await findSandbox(parserProgram(options), options.bubblewrap);
  const { tools } = sandbox;
  const snapshot = await findSnapshot({
    entry,
    node,
    tools,
    environment: tools.bubblewrap === null ? environment : {},
  });
  return { sandbox, snapshot };
}

/** Parses each document in a process of its own that has never seen another one. */
export function createParser(options: ParserOptions): Parser {
  const { entry, node, environment = {}, parallel = 2, keepReady = 15_000 } = options;
  const slots = createSlots(parallel);
  const busy = new Set<ParserChild>();
  let ready: ParserChild | null = null;
  let timer: NodeJS.Timeout | undefined;
  let disposed = false;
  const isDisposed = (): boolean => disposed;
  let means: Promise<Means> | undefined;
  const theMeans = (): Promise<Means> => (means ??= findMeans(options));

  const start = async (): Promise<ParserChild> => {
    const { sandbox, snapshot } = await theMeans();
    if (options.requireNamespace === true && sandbox.kind !== 'namespace') throw refused('unsealed');
    const command = sandboxCommand({ entry, node, tools: sandbox.tools, snapshot: snapshot.path });
    return startChild(command, sandbox.tools.bubblewrap === null ? environment : {});
  };

  const dropReady = (): void => {
    clearTimeout(timer);
    ready?.kill();
    ready = null;
  };

  /** The next document will find a process that has already loaded its code. */
  const prepareNext = async (): Promise<void> => {
    if (disposed || ready?.alive() === true) return;
    const next = await start();
    dropReady();
    ready = next;
    timer = setTimeout(dropReady, keepReady);
    timer.unref();
    if (isDisposed()) dropReady();
  };

  const take = async (): Promise<ParserChild> => {
    const child = ready?.alive() === true ? ready : await start();
    if (child === ready) ready = null;
    return child;
  };

  const parseInChild = async (extension: string, bytes: Uint8Array, signal?: AbortSignal): Promise<ParsedDocument> => {
    const child = await take();
    busy.add(child);
    try {
      // Given up while the process was starting: nobody has killed this one yet.
      if (isDisposed()) throw refused('cancelled');
      void prepareNext().catch(() => undefined);
      const limit = wallTime(bytes.byteLength);
      const reply = await child.parse({
        extension,
        bytes,
        wallTime: limit,
        ...(signal === undefined ? {} : { signal }),
      });
      if (!reply.ok) throw refused(isDisposed() ? 'cancelled' : reply.reason);
      return reply.document;
    } finally {
      child.kill();
      busy.delete(child);
    }
  };

  return {
    parse: async ({ name, bytes }, signal) => {
      const extension = extensionOf(name);
      if (bytes.byteLength > limits.fileBytes) throw refused('file_too_large');
      if (bytes.byteLength === 0) throw refused('empty');
      const release = await slots.take(signal);
      try {
        if (disposed || signal?.aborted === true) throw refused('cancelled');
        return await parseInChild(extension, bytes, signal);
      } finally {
        release();
      }
    },
    sandbox: async () => {
      const { sandbox, snapshot } = await theMeans();
      return { kind: sandbox.kind, reason: sandbox.reason, slow: snapshot.reason };
    },
    dispose: async () => {
      disposed = true;
      dropReady();
      for (const child of busy) child.kill();
    },
  };
}
