/**
 * The whole suite: what tests need is installed where that may be done, then checks, unit to packaging tests, and the
 * specs in a real browser. The last line is `N passed, N failed`, with `, N skipped` and reasons above where something
 * truly cannot run here.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installSystemPackages } from './system-packages.ts';
import { build, messageOf, obtainParts, root, run, say } from './steps.ts';

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
const bin = (name: string): string => join(root, 'node_modules', '.bin', name);

function count(name: string, ok: boolean): void {
  tally[ok ? 'passed' : 'failed'] += 1;
  say(`${ok ? 'ok  ' : 'FAIL'} ${name}`);
}

async function check(name: string, command: string, args: readonly string[]): Promise<void> {
  count(name, (await run(command, args)) === 0);
}

async function readReport(file: string): Promise<Record<string, unknown> | null> {
  if (!existsSync(file)) return null;
  return JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
}

const numberIn = (report: Record<string, unknown>, key: string): number => {
  const value = report[key];
  return typeof value === 'number' ? value : 0;
};

async function runVitest(folder: string): Promise<void> {
  const file = join(folder, 'vitest.json');
  const config = ['--config', 'test/vitest.config.ts'];
  const code = await run(bin('vitest'), [
    'run',
    ...config,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ]);
  const report = await readReport(file);
  if (report === null) {
    count('vitest ran', false);
    return;
  }
  tally.passed += numberIn(report, 'numPassedTests');
  tally.failed += numberIn(report, 'numFailedTests');
  tally.skipped += numberIn(report, 'numPendingTests') + numberIn(report, 'numTodoTests');
  // A file that does not load fails no single test; it is a failure all the same.
  if (code !== 0 && numberIn(report, 'numFailedTests') === 0) count('every test file loads', false);
}

async function runPlaywright(folder: string): Promise<void> {
  const file = join(folder, 'playwright.json');
  const code = await run(bin('playwright'), ['test', '--config', 'test/playwright.config.ts', '--reporter=list,json'], {
    env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: file },
  });
  const stats = (await readReport(file))?.['stats'];
  if (typeof stats !== 'object' || stats === null) {
    count('the browser specs ran', false);
    return;
  }
  const figures = stats as Record<string, unknown>;
  tally.passed += numberIn(figures, 'expected') + numberIn(figures, 'flaky');
  tally.failed += numberIn(figures, 'unexpected');
  tally.skipped += numberIn(figures, 'skipped');
  if (code !== 0 && numberIn(figures, 'unexpected') === 0) count('every browser spec loads', false);
}

const folder = await mkdtemp(join(tmpdir(), 'cloister-test-'));
try {
  for (const missing of await installSystemPackages(say)) count(missing, false);
  await build();
  await check('types', bin('tsc'), ['-b']);
  await check('lint', bin('eslint'), ['.', '--max-warnings=0']);
  await check('format', bin('prettier'), ['--check', '--log-level=warn', '.']);
  await check('rules of the house', bin('depcruise'), [
    '--config',
    '.dependency-cruiser.cjs',
    'electron',
    'shared',
    'renderer',
    '--output-type',
    'err',
  ]);
  await check('unused code', bin('knip'), []);
  for (const problem of (await obtainParts()).problems) count(problem, false);
  await runVitest(folder);
  await runPlaywright(folder);
} catch (thrown) {
  count(messageOf(thrown), false);
} finally {
  await rm(folder, { recursive: true, force: true });
}
if (tally.passed === 0) tally.failed += 1;
const skipped = tally.skipped === 0 ? '' : `, ${tally.skipped} skipped`;
process.stdout.write(`\n${tally.passed} passed, ${tally.failed} failed${skipped}\n`);
process.exitCode = tally.failed === 0 ? 0 : 1;
