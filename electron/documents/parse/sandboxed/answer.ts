import { frameHeader, frameHeaderBytes } from '../../../sandbox/index.ts';
import { limits } from '../limits.ts';
import type { Reply } from '../schema.ts';
import { parseDocument, reasonOf } from './parse-document.ts';

/** All of the standard input: a framed header `{extension, size}`, then the file. */
async function readRequest(): Promise<{ extension: string; bytes: Buffer }> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part as Buffer);
  const all = Buffer.concat(parts);
  const headerEnd = frameHeaderBytes + all.readUInt32BE(0);
  const header = JSON.parse(all.subarray(frameHeaderBytes, headerEnd).toString('utf8')) as {
    extension: string;
    size: number;
  };
  return { extension: header.extension, bytes: all.subarray(headerEnd, headerEnd + header.size) };
}

async function reply(): Promise<Reply> {
  const { extension, bytes } = await readRequest();
  try {
    return { ok: true, document: await parseDocument(bytes, extension) };
  } catch (thrown) {
    return { ok: false, reason: reasonOf(thrown) };
  }
}

function encode(answer: Reply): Buffer {
  const payload = Buffer.from(JSON.stringify(answer));
  return payload.length <= limits.replyBytes
    ? payload
    : Buffer.from(JSON.stringify({ ok: false, reason: 'too_much_text' }));
}

/** Reads the one document this process is for, writes the reply, and ends the process. */
export async function answer(): Promise<void> {
  /** A rejection nobody waits for (a library's) is no reason to lose a document that was read. */
  process.on('unhandledRejection', () => undefined);
  const payload = encode(await reply());
  process.stdout.write(frameHeader(payload.length));
  process.stdout.write(payload, () => process.exit(0));
}
