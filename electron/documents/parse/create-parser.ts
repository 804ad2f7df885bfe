import { findSandbox, type Sandbox } from '../../sandbox/index.ts';
import type { Parser, ParserInput } from '../types.ts';
import { extensionOf } from './extensions.ts';
import { limits, wallTime } from './limits.ts';
import { createProcesses } from './processes.ts';
import { refused } from './reasons.ts';
import { createRunReader, type RunReader } from './run-reader.ts';
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
  /** `run`: the files of one run may share processes. `file`: none ever does. */
  readonly isolation?: 'run' | 'file';
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

const extensionWithin = ({ name, bytes }: ParserInput): string => {
  if (bytes.byteLength > limits.fileBytes) throw refused('file_too_large');
  if (bytes.byteLength === 0) throw refused('empty');
  return extensionOf(name);
};

/** Parses each document in a process of its own, or those of one run one after the other in a few. */
export function createParser(options: ParserOptions): Parser {
  const { entry, node, environment = {}, parallel = 2, keepReady = 15_000, isolation = 'run' } = options;
  const slots = createSlots(parallel);
  let means: Promise<Means> | undefined;
  const theMeans = (): Promise<Means> => (means ??= findMeans(options));

  const processes = createProcesses({
    keepReady,
    start: async () => {
      const { sandbox, snapshot } = await theMeans();
      if (options.requireNamespace === true && sandbox.kind !== 'namespace') throw refused('unsealed');
      const command = sandboxCommand({ entry, node, tools: sandbox.tools, snapshot: snapshot.path });
      return [command, sandbox.tools.bubblewrap === null ? environment : {}];
    },
  });

  const readAlone: RunReader['read'] = async (request) => {
    const child = await processes.take();
    processes.prepare();
    try {
      return await child.parse(request);
    } finally {
      processes.end(child);
    }
  };

  const parseWith =
    (read: RunReader['read']): Parser['parse'] =>
    async (input, signal) => {
      const extension = extensionWithin(input);
      const release = await slots.take(signal);
      try {
        if (processes.isDisposed() || signal?.aborted === true) throw refused('cancelled');
        const { bytes } = input;
        const outcome = await read({ extension, bytes, wallTime: wallTime(bytes.byteLength), signal });
        if (!outcome.ok) throw refused(processes.isDisposed() ? 'cancelled' : outcome.reason);
        return outcome.document;
      } finally {
        release();
      }
    };

  return {
    parse: parseWith(readAlone),
    openRun: () => {
      if (isolation === 'file') return { parse: parseWith(readAlone), close: () => undefined };
      const reader = createRunReader(processes);
      return { parse: parseWith(reader.read), close: reader.close };
    },
    sandbox: async () => {
      const { sandbox, snapshot } = await theMeans();
      return { kind: sandbox.kind, reason: sandbox.reason, slow: snapshot.reason };
    },
    rest: processes.rest,
    dispose: async () => processes.dispose(),
  };
}
