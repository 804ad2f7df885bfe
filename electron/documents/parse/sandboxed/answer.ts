import { getHeapStatistics } from 'node:v8';
import { frameHeader, frameHeaderBytes } from '../../../sandbox/index.ts';
import { limits } from '../limits.ts';
import type { Reply } from '../schema.ts';
import { parseDocument, reasonOf } from './parse-document.ts';

interface Request {
  readonly id: string;
  readonly extension: string;
  readonly bytes: Buffer;
}

/** Takes so many bytes of the standard input at a time; null when it ends before. */
function inputReader(): (size: number) => Promise<Buffer | null> {
  const parts = (process.stdin as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  let rest = Buffer.alloc(0);
  return async (size) => {
    const whole = Buffer.allocUnsafeSlow(size);
    for (let filled = 0; filled < size;) {
      if (rest.length === 0) {
        const next = await parts.next();
        if (next.done === true) return null;
        rest = Buffer.from(next.value);
      }
      const taken = rest.copy(whole, filled);
      rest = rest.subarray(taken);
      filled += taken;
    }
    return whole;
  };
}

/** Until the standard input ends: a framed header `{id, extension, size}`, then the file. */
async function* requests(): AsyncGenerator<Request> {
  const take = inputReader();
  for (;;) {
    const length = await take(frameHeaderBytes);
    const header = length === null ? null : await take(length.readUInt32BE(0));
    if (header === null) return;
    const { id, extension, size } = JSON.parse(header.toString('utf8')) as Omit<Request, 'bytes'> & { size: number };
    const bytes = await take(size);
    if (bytes === null) return;
    yield { id, extension, bytes };
  }
}

/** What this process holds, as far as V8 knows. */
function heapBytes(): number {
  const { total_heap_size: heap, external_memory: beside } = getHeapStatistics();
  return heap + beside;
}

async function reply({ id, extension, bytes }: Request, faults: () => number): Promise<Reply> {
  try {
    const document = await parseDocument(bytes, extension);
    return { id, ok: true, document, heapBytes: heapBytes(), faults: faults() };
  } catch (thrown) {
    return { id, ok: false, reason: reasonOf(thrown) };
  }
}

function encode(answer: Reply): Buffer {
  const payload = Buffer.from(JSON.stringify(answer));
  return payload.length <= limits.replyBytes
    ? payload
    : Buffer.from(JSON.stringify({ id: answer.id, ok: false, reason: 'too_much_text' } satisfies Reply));
}

const write = (bytes: Buffer): Promise<void> =>
  new Promise((resolve) => void process.stdout.write(bytes, () => resolve()));

/** Reads one document after the other as it is asked for them, and ends with its input. */
export async function answer(): Promise<void> {
  let faults = 0;
  /** A rejection nobody waits for (a library's) is no reason to lose a document that was read. It is counted. */
  process.on('unhandledRejection', () => (faults += 1));
  for await (const request of requests()) {
    const payload = encode(await reply(request, () => faults));
    await write(Buffer.concat([frameHeader(payload.length), payload]));
  }
  process.exit(0);
}
