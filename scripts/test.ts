/**
 * The whole suite: what tests need is installed where that may be done, then checks, unit to packaging tests, and the
 * specs in a real browser. The last line is `N passed, N failed`, with `, N skipped` and reasons above where something
 * truly cannot run here.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, messageOf, obtainParts, root, run, say } from './steps.ts';
import { installSystemPackages } from './system-packages.ts';
import { linesOf, readPlaywright, type PlaywrightReport, type TestReport } from './test-report.ts';

let whole: TestReport = { passed: 0, failed: [], skipped: [] };
const bin = (name: string): string => join(root, 'node_modules', '.bin', name);

function add({ passed, failed, skipped }: TestReport): void {
  whole = {
    passed: whole.passed + passed,
    failed: [...whole.failed, ...failed],
    skipped: [...whole.skipped, ...skipped],
  };
}

function count(name: string, ok: boolean): void {
  add({ passed: ok ? 1 : 0, failed: ok ? [] : [{ file: null, name }], skipped: [] });
  say(`${ok ? 'ok  ' : 'FAIL'} ${name}`);
}

async function check(name: string, command: string, args: readonly string[]): Promise<void> {
  count(name, (await run(command, args)) === 0);
}

/** Null when the runner came to no end that it could report. */
async function readReport<Report>(file: string): Promise<Report | null> {
  if (!existsSync(file)) return null;
  return JSON.parse(await readFile(file, 'utf8')) as Report;
}

async function runVitest(folder: string): Promise<void> {
  const file = join(folder, 'vitest.json');
  const reporters = ['--reporter=default', `--reporter=${join(root, 'scripts/vitest-report.ts')}`];
  const code = await run(bin('vitest'), ['run', '--config', 'test/vitest.config.ts', ...reporters], {
    env: { ...process.env, CLOISTER_TEST_REPORT: file },
  });
  const report = await readReport<TestReport>(file);
  if (report !== null) add(report);
  if (report === null) count('vitest ran', false);
  else if (code !== 0 && report.failed.length === 0) count('vitest ended well', false);
}

async function runPlaywright(folder: string): Promise<void> {
  const file = join(folder, 'playwright.json');
  const code = await run(bin('playwright'), ['test', '--config', 'test/playwright.config.ts', '--reporter=list,json'], {
    env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: file },
  });
  const written = await readReport<PlaywrightReport>(file);
  const report = written === null ? null : readPlaywright(written);
  if (report !== null) add(report);
  if (report === null) count('the browser specs ran', false);
  else if (code !== 0 && report.failed.length === 0) count('the browser specs ended well', false);
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
if (whole.passed === 0) count('anything passed', false);
const { passed, failed, skipped } = whole;
for (const line of linesOf(whole)) process.stdout.write(`\n${line}`);
const left = skipped.length === 0 ? '' : `, ${skipped.length} skipped`;
process.stdout.write(`\n\n${passed} passed, ${failed.length} failed${left}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
