import { codeOf } from '../../shared/errors.ts';

export interface DiagnosticsLine {
  readonly at: string;
  readonly correlationId: string;
  readonly method: string;
  readonly code: string;
  /** Our own sentence for a coded error, else only the error's name: foreign messages may quote content. */
  readonly message: string;
  readonly stack: readonly string[];
}

export interface DiagnosticsLog {
  note(correlationId: string, method: string, thrown: unknown): void;
  lines(): readonly DiagnosticsLine[];
}

/** Lines kept. In memory only; a person sees them before they leave the machine. */
const capacity = 500;

/** Stack frames without messages and without folders: enough to find the place, nothing about the person. */
function framesOf(thrown: unknown): string[] {
  if (!(thrown instanceof Error) || thrown.stack === undefined) return [];
  const frames = thrown.stack.split('\n').filter((line) => line.trimStart().startsWith('at '));
  return frames.slice(0, 8).map((line) => line.trim().replace(/\(?(?:file:\/\/)?[^\s()]*\/([^/()]+)\)?$/, '($1)'));
}

/** What went wrong, found again by its correlation id. A ring buffer; redacted by default. */
export function createDiagnostics(now: () => Date = () => new Date()): DiagnosticsLog {
  const kept: DiagnosticsLine[] = [];
  return {
    note(correlationId, method, thrown) {
      const code = codeOf(thrown);
      const named = thrown instanceof Error ? thrown.name : typeof thrown;
      const message = code === 'internal' ? named : thrown instanceof Error ? thrown.message : code;
      kept.push({ at: now().toISOString(), correlationId, method, code, message, stack: framesOf(thrown) });
      if (kept.length > capacity) kept.shift();
    },
    lines: () => kept,
  };
}
