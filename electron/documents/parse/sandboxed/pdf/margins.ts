import type { Line } from './lines.ts';
import { textOfLine } from './lines.ts';

/** Share of the page's height at its top and bottom where running heads and page numbers stand. */
const marginShare = 0.13;
const pageNumber =
  /^(?:[-–—|\s]*(?:page|seite|página|pagina|p\.)?\s*)?(?:\d{1,4}|[ivxlc]{1,6})(?:\s*(?:of|von|de|\/)\s*\d{1,4})?[-–—|\s]*$/i;

function inMargin(line: Line, height: number): boolean {
  return line.baseline < marginShare * height || line.baseline > (1 - marginShare) * height;
}

/** “Page 3 of 9” and “Page 4 of 9” at the same height are the same running line. */
function signature(line: Line): string {
  const text = textOfLine(line).toLowerCase().replace(/\d+/g, '#').replace(/\s+/g, ' ');
  return `${Math.round(line.baseline / 6)}|${text}`;
}

/** Counts, page by page, the lines that stand in its margins. */
export class RunningLines {
  readonly #counts = new Map<string, number>();
  #pages = 0;

  add(lines: readonly Line[], height: number): void {
    this.#pages += 1;
    const here = new Set(lines.filter((line) => inMargin(line, height)).map(signature));
    for (const each of here) this.#counts.set(each, (this.#counts.get(each) ?? 0) + 1);
  }

  /** Left and right pages may differ, so that each running line stands on less than half of them. */
  result(): Set<string> {
    const needed = Math.max(2, Math.ceil(this.#pages * 0.35));
    return new Set([...this.#counts].filter(([, count]) => count >= needed).map(([each]) => each));
  }
}

/** Running lines are set no larger than the body: a chapter may begin at the same height each time. */
export function isRunning(line: Line, height: number, running: ReadonlySet<string>, bodySize: number): boolean {
  if (!inMargin(line, height) || line.size > bodySize * 1.1) return false;
  return running.has(signature(line)) || pageNumber.test(textOfLine(line));
}
