import { detailOf } from '../../../../shared/errors.ts';
import { frameHeader, frameHeaderBytes } from '../../../sandbox/index.ts';
import { checkGoTemplate } from '../templates/go-template.ts';
import type { CheckReply } from '../types.ts';
import { createArrivingFile } from './arriving-file.ts';
import { checkPart, describeWeights } from './describe.ts';

const input = process.stdin[Symbol.asyncIterator]() as AsyncIterator<Buffer, unknown>;

/** At least so many bytes from the input, and what came with them. */
async function take(bytes: number, before: Buffer): Promise<Buffer> {
  let all = before;
  while (all.length < bytes) {
    const next = await input.next();
    if (next.done === true) throw new Error('The request is cut short.');
    all = Buffer.concat([all, next.value]);
  }
  return all;
}

async function reply(): Promise<CheckReply> {
  let all = await take(frameHeaderBytes, Buffer.alloc(0));
  const headerEnd = frameHeaderBytes + all.readUInt32BE(0);
  all = await take(headerEnd, all);
  const { kind, size } = JSON.parse(all.subarray(frameHeaderBytes, headerEnd).toString('utf8')) as {
    kind: string;
    size: number;
  };
  try {
    if (kind === 'weights') {
      return { ok: true, weights: await describeWeights(createArrivingFile(input, all.subarray(headerEnd), size)) };
    }
    if (kind === 'part') {
      await checkPart(createArrivingFile(input, all.subarray(headerEnd), size));
      return { ok: true, weights: null };
    }
    checkGoTemplate((await take(headerEnd + size, all)).subarray(headerEnd, headerEnd + size).toString('utf8'));
    return { ok: true, weights: null };
  } catch (thrown) {
    const problem = detailOf(thrown)?.['problem'];
    if (typeof problem !== 'string') throw thrown;
    return { ok: false, problem: problem as Extract<CheckReply, { ok: false }>['problem'] };
  }
}

const payload = Buffer.from(JSON.stringify(await reply()));
process.stdout.write(frameHeader(payload.length));
process.stdout.write(payload, () => process.exit(0));
