import type { Figure, Finding, RowResult } from './figure.ts';

const headings = ['', 'Cloister', 'Directly', 'Ratio', 'Target', 'Met', ''];

/** Three digits that mean something: 0.123, 1.23, 12.3, 123. */
export function shown(value: number): string {
  const size = Math.abs(value);
  const digits = size >= 100 || size === 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return value.toFixed(digits);
}

function judged({ ours, direct, target }: Figure): number {
  const beside = direct?.value ?? Number.NaN;
  if (target?.of === 'difference') return ours - beside;
  return target?.of === 'ratio' ? ours / beside : ours;
}

export function isMet(figure: Figure): boolean | null {
  const { target } = figure;
  if (target === undefined) return null;
  return target.bound === 'most' ? judged(figure) <= target.value : judged(figure) >= target.value;
}

function targetOf(figure: Figure): string {
  const { target, unit } = figure;
  if (target === undefined) return '';
  const bound = `${target.bound === 'most' ? '≤' : '≥'} ${shown(target.value)}${target.of === 'ratio' ? ' times' : ` ${unit}`}`;
  return target.of === 'difference' ? `${bound} added (${shown(judged(figure))})` : bound;
}

function cells(finding: Finding): string[] {
  if ('why' in finding) return [finding.what, 'not measured', '', '', '', '', finding.why];
  const { what, ours, unit, direct, note } = finding;
  const met = isMet(finding);
  return [
    what,
    `${shown(ours)} ${unit}`,
    direct === undefined ? '' : `${shown(direct.value)} ${unit} (${direct.way})`,
    direct === undefined ? '' : shown(ours / direct.value),
    targetOf(finding),
    met === null ? '' : met ? 'yes' : '**no**',
    note ?? '',
  ];
}

const line = (values: readonly string[]): string =>
  `| ${values.map((value) => value.replaceAll('|', '\\|')).join(' | ')} |`;

export function tableOf({ findings }: Pick<RowResult, 'findings'>): string {
  return [line(headings), line(headings.map(() => '---')), ...findings.map((finding) => line(cells(finding)))].join(
    '\n',
  );
}

/** For a terminal: one finding a line. */
export function plainLine(finding: Finding): string {
  const [what = '', ours = '', direct = '', ratio = '', target = '', met = '', note = ''] = cells(finding);
  const parts = [
    direct === '' ? '' : `directly ${direct}, ratio ${ratio}`,
    target === '' ? '' : `target ${target}: ${met.replaceAll('*', '')}`,
    note,
  ];
  return `  ${what}: ${[ours, ...parts.filter((part) => part !== '')].join('; ')}`;
}

export interface Machine {
  readonly date: string;
  readonly processor: string;
  readonly cores: number;
}

/** Said of hits and misses alike: what waits for a core shows in every time, and a difference of two of them is chance. */
export const tooBusy =
  'More work than cores: the times below, met or missed, are to be measured again on a quiet machine.';

const marks = (name: string): readonly [string, string] => [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];

function sectionOf(result: RowResult, { date, processor, cores }: Machine): string {
  const [before, after] = result.load;
  const when = `${date}, ${processor}, ${cores} cores, load ${before.toFixed(1)} at the start and ${after.toFixed(1)} at the end, ${result.seconds.toFixed(0)} s.`;
  const caveat = Math.max(before, after) > cores ? ` ${tooBusy}` : '';
  return `${when}${caveat}\n\n${tableOf(result)}`;
}

/** Puts a row's table between its marks; the rest of the page stays. Throws when the page lacks the marks. */
export function writeInto(page: string, result: RowResult, machine: Machine): string {
  const [open, close] = marks(result.row.name);
  const [start, end] = [page.indexOf(open), page.indexOf(close)];
  if (start < 0 || end < start) throw new Error(`docs/benchmarks.md has no marks for ${result.row.name}.`);
  return `${page.slice(0, start + open.length)}\n${sectionOf(result, machine)}\n${page.slice(end)}`;
}
