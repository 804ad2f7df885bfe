import { CloisterError } from '../../../shared/errors.ts';
import type { EgressAnswer } from '../../egress/types.ts';

/** Takes a body in whole. One that says it is longer is refused unread, one that turns out longer at its limit. */
export async function readBounded(answer: EgressAnswer, maximum: number, what: string): Promise<Buffer> {
  const refuse = (): CloisterError => {
    answer.cancel();
    return new CloisterError('too_large', `The ${what} that the registry sent is too large.`, {
      detail: { most: maximum },
    });
  };
  if (Number(answer.header('content-length') ?? 0) > maximum) throw refuse();
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of answer.body) {
    length += piece.length;
    if (length > maximum) throw refuse();
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
