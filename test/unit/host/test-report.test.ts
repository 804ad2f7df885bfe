import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { linesOf, readPlaywright, type PlaywrightReport, type TestReport } from '../../../scripts/test-report.ts';

const root = join(import.meta.dirname, '../../..');

it('names what Vitest could not pass or run, with reasons', { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cloister-report-'));
  try {
    await writeFile(
      join(folder, 'some.test.js'),
      `describe('a boat', () => {
         it('floats', () => {});
         it('sinks', () => expect(1).toBe(2));
         it('flies', (context) => context.skip('boats have no wings'));
         it.skip('dives', { meta: { skippedBecause: 'the water is shallow' } }, () => {});
         it.skip('burns', () => {});
       });
       describe('a harbour', () => {
         beforeAll(() => { throw new Error('no harbour here'); });
         it('is calm', () => {});
       });`,
    );
    await writeFile(join(folder, 'broken.test.js'), 'this is no program');
    const report = join(folder, 'report.json');
    const reporter = `--reporter=${join(root, 'scripts/vitest-report.ts')}`;
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const ran = spawnSync(process.execPath, [vitest, 'run', '--globals', '--root', folder, reporter], {
      encoding: 'utf8',
      env: { ...process.env, CLOISTER_TEST_REPORT: report },
    });
    expect(ran.status, ran.stderr).toBe(1);
    const read = JSON.parse(await readFile(report, 'utf8')) as TestReport;
    expect(read.passed).toBe(1);
    expect(
      linesOf({ failed: read.failed.toSorted((a, b) => (a.name < b.name ? -1 : 1)), skipped: read.skipped }),
    ).toEqual([
      'skipped  some.test.js: a boat > flies (boats have no wings)',
      'skipped  some.test.js: a boat > dives (the water is shallow)',
      'skipped  some.test.js: a boat > burns (no reason given)',
      expect.stringMatching(/^skipped {2}some\.test\.js: a harbour > is calm/) as string,
      'FAILED   some.test.js: a boat > sinks',
      'FAILED   some.test.js: a harbour: no harbour here',
      expect.stringMatching(/^FAILED {3}broken\.test\.js: the file: .+/) as string,
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it('names what Playwright could not pass or run, with reasons', () => {
  const spec = (title: string, status: 'skipped' | 'expected' | 'unexpected' | 'flaky', description?: string) => ({
    title,
    tests: [
      {
        projectName: 'page',
        status,
        annotations: description === undefined ? [] : [{ type: 'skip', description }],
      },
    ],
  });
  const report: PlaywrightReport = {
    suites: [
      {
        title: 'e2e/page/talk.spec.ts',
        file: 'e2e/page/talk.spec.ts',
        specs: [spec('opens', 'expected')],
        suites: [
          {
            title: 'a talk',
            file: 'e2e/page/talk.spec.ts',
            specs: [spec('ends', 'unexpected'), spec('hesitates', 'flaky'), spec('prints', 'skipped', 'no printer')],
          },
        ],
      },
    ],
    errors: [{ message: '\u001b[31mSyntaxError: odd.spec.ts\u001b[39m\n  at …' }],
  };
  const read = readPlaywright(report);
  expect(read.passed).toBe(2);
  expect(linesOf(read)).toEqual([
    'skipped  test/e2e/page/talk.spec.ts: a talk > prints [page] (no printer)',
    'FAILED   test/e2e/page/talk.spec.ts: a talk > ends [page]',
    'FAILED   SyntaxError: odd.spec.ts',
  ]);
});
