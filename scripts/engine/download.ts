import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, stat } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Agent, fetch } from 'undici';
import type { Report } from './command.ts';

/** An unreachable host is known within seconds, and a stalled transfer ends instead of hanging. */
const patience = { connect: { timeout: 5_000 }, headersTimeout: 15_000, bodyTimeout: 30_000 } as const;

async function get(url: string, from: number): Promise<Awaited<ReturnType<typeof fetch>>> {
  const dispatcher = new Agent(patience);
  const headers: Record<string, string> = from > 0 ? { range: `bytes=${from}-` } : {};
  const response = await fetch(url, { dispatcher, headers }).catch((error: unknown) => {
    throw new Error(`${new URL(url).host} cannot be reached`, { cause: error });
  });
  if (response.status !== 200 && response.status !== 206) throw new Error(`${url} answered ${response.status}`);
  return response;
}

export async function getText(url: string): Promise<string> {
  return (await get(url, 0)).text();
}

export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

/** Says how far it is about every tenth. */
function progress(name: string, from: number, total: number, report: Report): Transform {
  let done = from;
  let said = Math.floor((done / total) * 10);
  return new Transform({
    transform: (chunk: Buffer, _encoding, next) => {
      done += chunk.length;
      const tenth = Math.floor((done / total) * 10);
      if (total > 0 && tenth > said) report(`  ${name}: ${(said = tenth) * 10} % of ${Math.round(total / 1e6)} MB`);
      next(null, chunk);
    },
  });
}

/** Downloads into `<file>.part`, going on where an earlier attempt stopped, and gives it its name when it is whole. */
export async function download(url: string, file: string, report: Report): Promise<void> {
  const part = `${file}.part`;
  const have = await stat(part).then(
    (found) => found.size,
    () => 0,
  );
  const response = await get(url, have);
  const resumes = response.status === 206;
  const from = resumes ? have : 0;
  const total = from + Number(response.headers.get('content-length') ?? 0);
  if (response.body === null) throw new Error(`${url} answered without content`);
  const name = new URL(url).pathname.split('/').at(-1);
  await pipeline(
    response.body,
    progress(name, from, total, report),
    createWriteStream(part, { flags: resumes ? 'a' : 'w', mode: 0o600 }),
  );
  await rename(part, file);
}
