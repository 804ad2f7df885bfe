import type { Passage } from '../../../shared/contract/types.ts';
import type { SearchHit } from '../types.ts';

/** A hit without the signals that are for the program only. */
export const passageOf = ({
  documentId,
  document,
  path,
  page,
  attachment,
  start,
  end,
  text,
  score,
}: SearchHit): Passage => ({
  documentId,
  document,
  path,
  page,
  ...(attachment === undefined ? {} : { attachment }),
  start,
  end,
  text,
  score,
});
