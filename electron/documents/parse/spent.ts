import type { Outcome } from './child.ts';
import { limits } from './limits.ts';

/** Formats whose readers keep nothing outside the document they read. The library for sheets does; mail may hold a sheet. */
const leavesNothing: ReadonlySet<string> = new Set(
  ['pdf', 'docx', 'pptx', 'odt', 'odp', 'epub', 'rtf', 'html', 'markdown', 'text', 'csv', 'json', 'xml'], // prettier-ignore
);

interface Work {
  readonly files: number;
  /** Milliseconds of wall time: of the last file, and of all. */
  readonly last: number;
  readonly all: number;
}

/**
 * Whether a process has read enough, or too oddly, to be given another file. What it says of itself is believed only where
 * it says that it is spent: one that was taken over stays inside the kernel's limits all the same.
 */
export function isSpent(outcome: Outcome, { files, last, all }: Work): boolean {
  const { shared } = limits;
  return (
    !outcome.ok ||
    outcome.document.warnings.length > 0 ||
    outcome.faults > 0 ||
    outcome.heapBytes > shared.heapBytes ||
    !leavesNothing.has(outcome.document.format) ||
    files >= shared.files ||
    last > shared.fileMilliseconds ||
    all > shared.allMilliseconds
  );
}
