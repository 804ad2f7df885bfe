import { CloisterError } from '../../../shared/errors.ts';
import { partBytes } from './parts.ts';
import type { PartialFile } from './partial-file.ts';

/**
 * Gathered before it is written: each write costs a trip to another thread, and what is gathered is lost in a crash. Copied into
 * one buffer, because pieces that live until they are written cost more in collection than the copy does.
 */
const gatherBytes = 512 * 1024;

const tooMuch = (): CloisterError =>
  new CloisterError(
    'model_changed',
    'The registry sent more of a layer than its manifest says. What came of it was thrown away; try again.',
  );

/**
 * Writes a body whose first byte is the layer's byte `from` into the file, and passes over what is there already. Throws on
 * the first byte at or past `until`. Whatever ends the body, what came is kept.
 */
export async function receive(
  file: PartialFile,
  body: AsyncIterable<Uint8Array>,
  { from, until, onBytes }: { from: number; until: number; onBytes: () => void },
): Promise<void> {
  const { parts } = file;
  let at = from;
  const gathered = Buffer.allocUnsafeSlow(Math.min(gatherBytes, file.parts.size));
  let length = 0;
  let part = Math.floor(from / partBytes);

  const flush = async (): Promise<void> => {
    if (length === 0) return;
    const bytes = gathered.subarray(0, length);
    length = 0;
    await file.append(part, bytes);
    onBytes();
  };
  /** Of one part, which may begin before what is missing of it. */
  const take = async (piece: Uint8Array): Promise<void> => {
    const next = Math.floor(at / partBytes);
    if (next !== part) {
      await flush();
      part = next;
    }
    const known = parts.next(part) + length - at;
    at += piece.length;
    for (let rest = known > 0 ? piece.subarray(known) : piece; rest.length > 0;) {
      const here = rest.subarray(0, gathered.length - length);
      gathered.set(here, length);
      length += here.length;
      rest = rest.subarray(here.length);
      if (length === gathered.length) await flush();
    }
  };

  try {
    for await (const piece of body) {
      if (at + piece.length > until) throw tooMuch();
      for (let offset = 0; offset < piece.length;) {
        const here = Math.min(piece.length - offset, (Math.floor(at / partBytes) + 1) * partBytes - at);
        await take(piece.subarray(offset, offset + here));
        offset += here;
      }
    }
  } finally {
    await flush();
  }
}
