/**
 * Measures each row in a process of its own, beside the direct way in the same run, prints what it found, and writes it
 * into docs/benchmarks.md. `npm run bench -- search page` measures some rows; the others keep their figures.
 */
import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { rows, type Finding, type FindingMessage, type Row, type RowResult } from './bench/figure.ts';
import { isMet, plainLine, writeInto, type Machine } from './bench/table.ts';
import { build, obtainParts, root, say } from './steps.ts';

const page = join(root, 'docs', 'benchmarks.md');
/** A row that takes longer hangs. Milliseconds. */
const patience = 15 * 60_000;

const load = (): number => loadavg()[0] ?? 0;

const machine = (): Machine => ({
  date: new Date().toISOString().slice(0, 10),
  processor: cpus()[0]?.model.trim() ?? 'unknown processor',
  cores: cpus().length,
});

/** How a row's process ended, when it did not end well. */
function problemOf(code: number | null, signal: NodeJS.Signals | null): string | null {
  if (signal !== null) return `It was ended by ${signal}.`;
  return code === 0 ? null : 'It ended with an error; the run shows which.';
}

function measure(row: Row): Promise<RowResult> {
  const findings: Finding[] = [];
  const started = performance.now();
  const before = load();
  const child = spawn(process.execPath, [join(root, row.file)], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), patience);
  child.on('message', (message) => {
    const { finding } = message as FindingMessage;
    findings.push(finding);
    say(plainLine(finding));
  });
  return new Promise((resolve) => {
    const end = (why: string | null): void => {
      clearTimeout(timer);
      if (why !== null) findings.push({ what: findings.length === 0 ? 'This row' : 'The rest of this row', why });
      resolve({ row, findings, load: [before, load()], seconds: (performance.now() - started) / 1000 });
    };
    child.on('error', () => end('Its process did not start.'));
    child.on('close', (code, signal) => end(problemOf(code, signal)));
  });
}

function chosen(names: readonly string[]): readonly Row[] {
  const unknown = names.find((name) => !rows.some((row) => row.name === name));
  if (unknown !== undefined)
    throw new Error(`There is no row ${unknown}. Rows: ${rows.map(({ name }) => name).join(', ')}.`);
  return names.length === 0 ? rows : rows.filter(({ name }) => names.includes(name));
}

async function main(): Promise<void> {
  const wanted = chosen(process.argv.slice(2));
  await build();
  for (const problem of (await obtainParts()).problems) say(problem);
  let missed = 0;
  for (const row of wanted) {
    say(`${row.title} (load ${load().toFixed(1)})`);
    const result = await measure(row);
    await writeFile(page, writeInto(await readFile(page, 'utf8'), result, machine()));
    missed += result.findings.filter((finding) => 'why' in finding || isMet(finding) === false).length;
  }
  say(missed === 0 ? 'Every target is met.' : `${missed} figures miss their target or could not be measured.`);
}

await main().catch((thrown: unknown) => {
  say(thrown instanceof Error ? thrown.message : String(thrown));
  process.exitCode = 1;
});
