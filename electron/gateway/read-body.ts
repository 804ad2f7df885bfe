import type { IncomingMessage } from 'node:http';
import { HttpProblem } from './problems.ts';
import { singleHeader } from './front-door.ts';

const tooLarge = (limit: number): HttpProblem =>
  new HttpProblem(413, `The request is larger than ${limit} bytes.`, { Connection: 'close' });

/** The body as JSON, of at most `limit` bytes. A length that is told is judged before a byte is read. */
export async function readJson(request: IncomingMessage, limit: number): Promise<unknown> {
  const type = singleHeader(request, 'content-type') ?? '';
  if (!/^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i.test(type)) {
    throw new HttpProblem(415, 'Send JSON: Content-Type: application/json.');
  }
  if (singleHeader(request, 'content-encoding') !== undefined) {
    throw new HttpProblem(415, 'Send the body as it is, not compressed.');
  }
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  const [only, ...others] = chunks;
  return parse(only !== undefined && others.length === 0 ? only : Buffer.concat(chunks));
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(strictUtf8.decode(bytes)) as unknown;
  } catch {
    throw new HttpProblem(422, 'The body is not JSON in UTF-8.');
  }
}
