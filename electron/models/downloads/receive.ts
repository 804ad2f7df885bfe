import type { EgressAnswer } from '../../egress/types.ts';
import { CloisterError, codeOf } from '../../../shared/errors.ts';
import type { PartialFile } from './partial-file.ts';

const tooMuch = (): CloisterError =>
  new CloisterError(
    'model_changed',
    'The registry sent more of a layer than its manifest says. What came of it was thrown away; try again.',
  );

interface Receiving {
  /** The layer's byte that is the body's first. */
  readonly from: number;
  /** A byte at or past this one ends the download. */
  readonly until: number;
  readonly onBytes: () => void;
}

/**
 * Lets a body be written into the file, by the thread that reads it; what is there already is passed over. Whatever ends the
 * body, what came is kept. Settles only when nothing is written any more.
 */
export async function receive(
  file: PartialFile,
  save: EgressAnswer['save'],
  { from, until, onBytes }: Receiving,
): Promise<void> {
  const missing = file.parts.missing(from, until);
  let first = 0;
  const onSaved = (bytes: number): void => {
    for (; first < missing.length; first += 1) {
      const { part, start, end } = missing[first] ?? { part: 0, start: 0, end: 0 };
      const there = Math.min(from + bytes, end) - start;
      if (there <= 0) break;
      file.add(part, there - (file.parts.next(part) - start));
      if (file.parts.next(part) < end) break;
    }
    onBytes();
  };
  try {
    await save(file.saving(missing, { from, until }), onSaved);
  } catch (thrown) {
    throw codeOf(thrown) === 'too_large' ? tooMuch() : file.problemOf(thrown);
  }
}
