/** Longer than any line that helps; a prompt or a dumped request would be longer. */
const longestLine = 240;
const longestWord = 80;
const longestQuote = 100;
const recent = 30;

/** `/home/ada/.local/share/x.gguf` → `…/x.gguf`; `C:\Users\…` likewise. Routes such as `/api/chat` keep their meaning. */
const path = /(?:[A-Za-z]:)?(?:[\\/][\w.@+-]+){3,}/g;
const lastPart = (whole: string): string => `…/${whole.split(/[\\/]/).at(-1) ?? ''}`;

/** Words of the engine as they may be kept and shown: no path, no long quotation, nothing that could be content. */
export function redact(line: string): string {
  return (
    line
      .replace(path, lastPart)
      .replace(/"(?:[^"\\]|\\.)*"/g, (quote) => (quote.length > longestQuote ? '"…"' : quote))
      .replace(/'(?:[^'\\]|\\.)*'/g, (quote) => (quote.length > longestQuote ? "'…'" : quote))
      .replace(/\S+/g, (word) => (word.length > longestWord ? `${word.slice(0, 16)}…` : word))
      // A terminal must not be steered by the engine's words.
      .replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ')
      .slice(0, longestLine)
  );
}

/** Lines that say how the engine was called, what it can do or what it was asked; never kept. */
const noise = /\[GIN-debug\]|example_format|chat_template=|"prompt"|"messages"|"content"/;

const troubled = /level=(?:ERROR|FATAL)|\b(?:error|panic|fatal|failed|killed|out of memory)\b/i;

/** The last lines the engine wrote, redacted, in a ring. */
export class EngineLog {
  readonly #lines: string[] = [];
  readonly #capacity: number;

  constructor(capacity = 400) {
    this.#capacity = capacity;
  }

  readonly add = (line: string): void => {
    if (line.trim() === '' || noise.test(line)) return;
    this.#lines.push(redact(line));
    if (this.#lines.length > this.#capacity) this.#lines.shift();
  };

  lines(): readonly string[] {
    return [...this.#lines];
  }

  /** The last line that sounds like a reason, among those said shortly before. */
  lastTrouble(): string | null {
    return this.#lines.slice(-recent).findLast((line) => troubled.test(line)) ?? null;
  }

  clear(): void {
    this.#lines.length = 0;
  }
}
