import { utils, write, type WorkSheet } from '@e965/xlsx';

type Cell = string | number | Date | null;

/** Amounts as the sheet shows them, dates as dates. */
function sheet(rows: readonly (readonly Cell[])[], widths: readonly number[]): WorkSheet {
  const made = utils.aoa_to_sheet(
    rows.map((row) => [...row]),
    { cellDates: true, dateNF: 'd mmm yyyy', UTC: true },
  );
  for (const [address, cell] of Object.entries(made) as [string, { t?: string; v?: unknown; z?: string }][]) {
    if (address.startsWith('!') || cell.t !== 'n') continue;
    cell.z = typeof cell.v === 'number' && Math.abs(cell.v) < 1 ? '0.0%' : '#,##0';
  }
  made['!cols'] = widths.map((wch) => ({ wch }));
  return made;
}

const quarters: readonly (readonly [string, readonly number[], number])[] = [
  ['Engineering', [412_000, 418_000, 431_000, 425_000], 1_598_000],
  ['Workshop', [286_000, 291_000, 288_000, 302_000], 1_131_000],
  ['Sales', [198_000, 204_000, 231_000, 219_000], 794_000],
  ['Support', [121_000, 121_000, 126_000, 128_000], 457_000],
  ['Office', [154_000, 151_000, 149_000, 160_000], 588_000],
];

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function departments(): Cell[][] {
  const rows = quarters.map(([name, values, before]) => [name, ...values, sum(values), before]);
  const column = (index: number): number => sum(quarters.map(([, values]) => values[index] ?? 0));
  const totals = [0, 1, 2, 3].map(column);
  return [
    ['Budget 2026 by department, in euros'],
    [],
    ['Department', 'Q1', 'Q2', 'Q3', 'Q4', 'Total 2026', 'Actual 2025'],
    ...rows,
    ['Total', ...totals, sum(totals), sum(quarters.map(([, , before]) => before))],
  ];
}

const day = (text: string): Date => new Date(`${text}T00:00:00Z`);

const investments: Cell[][] = [
  ['Investments 2026, in euros'],
  [],
  ['Project', 'Owner', 'Amount', 'Decided on', 'Due'],
  ['Acoustic chamber, third floor', 'Tomas Lind', 84_000, day('2026-03-12'), day('2026-10-30')],
  ['Planning software for the workshop', 'Noor Bakker', 46_500, day('2026-01-22'), day('2026-06-30')],
  ['Laptops, yearly replacement', 'Amara Diallo', 31_200, day('2026-01-22'), day('2026-04-15')],
  ['Total', null, 161_700, null, null],
];

const assumptions: Cell[][] = [
  ['Assumptions behind the budget'],
  [],
  ['Assumption', 'Value', 'Source'],
  ['Rent a month until 30 April 2026, EUR', 19_158, 'Lease, clause 3.2: 18,600 plus 3 per cent'],
  ['Rent a month from 1 May 2026, EUR', 19_618, 'Expected index 2.4 per cent'],
  ['Salary increase on 1 April 2026', 0.031, 'Collective agreement'],
  ['Revenue 2026, EUR', 12_400_000, 'Sales plan of 9 December 2025'],
  ['New positions', 2, 'Firmware engineer, customer support'],
];

export function writeBudget(): Uint8Array {
  const book = utils.book_new();
  utils.book_append_sheet(book, sheet(departments(), [24, 12, 12, 12, 12, 14, 14]), 'Departments');
  utils.book_append_sheet(book, sheet(investments, [38, 18, 12, 14, 14]), 'Investments');
  utils.book_append_sheet(book, sheet(assumptions, [42, 14, 44]), 'Assumptions');
  book.Props = { Title: 'Budget 2026', Author: 'Halden & Voss', CreatedDate: new Date('2026-03-13T08:00:00Z') };
  return write(book, { type: 'buffer', bookType: 'xlsx', compression: true }) as Uint8Array;
}
