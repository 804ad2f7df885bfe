import { codeOf, detailOf } from '../../../shared/errors.ts';
import type { ParsedDocument, Parser } from '../types.ts';
import type { FileProblem } from './reasons.ts';

/** Failures of the reader itself, not of the file: tried again each time. */
const passing = new Set(['crashed', 'no_sandbox', 'unsealed']);

/** Parses in the sandbox. A refusal is a problem of this one file; only cancelling ends the run. */
export async function parseFile(
  parser: Pick<Parser, 'parse'>,
  file: { name: string; bytes: Uint8Array },
  signal: AbortSignal,
): Promise<ParsedDocument | FileProblem> {
  try {
    return await parser.parse(file, signal);
  } catch (thrown) {
    const code = codeOf(thrown);
    if (code === 'cancelled' || signal.aborted) throw thrown;
    const reason =
      thrown instanceof Error && code !== 'internal'
        ? thrown.message
        : 'This could not be read, for a reason of ours. It is tried again the next time.';
    const retry = code === 'internal' || passing.has(String(detailOf(thrown)?.['reason']));
    return { status: code === 'unsupported_type' ? 'skipped' : 'failed', reason, retry };
  }
}

export const isProblem = (value: object): value is FileProblem => 'retry' in value && 'reason' in value;
