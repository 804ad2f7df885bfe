/**
 * A reporter of Vitest that writes a `TestReport` to the file named in `CLOISTER_TEST_REPORT`. Vitest's own JSON leaves out
 * why a test was skipped.
 */
import { writeFileSync } from 'node:fs';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { firstLine, noReason, type TestReport } from './test-report.ts';

type Failure = TestReport['failed'][number];

/** What failed around tests: loading a file, or what comes before and after the tests of a suite. */
function failuresAround(module: TestModule): Failure[] {
  const failures = (name: string, errors: readonly { readonly message: string }[]): Failure[] =>
    errors.map(({ message }) => ({ file: module.relativeModuleId, name: `${name}: ${firstLine(message)}` }));
  const suites = [...module.children.allSuites()];
  return [
    ...failures('the file', module.errors()),
    ...suites.flatMap((suite) => failures(suite.fullName, suite.errors())),
  ];
}

function reasonOf(test: TestCase): string {
  const result = test.result();
  const note = result.state === 'skipped' ? result.note : undefined;
  const { skippedBecause } = test.meta() as { readonly skippedBecause?: string };
  return note ?? skippedBecause ?? (test.options.mode === 'todo' ? 'not written yet' : noReason);
}

export default class VitestReport implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly { readonly message: string }[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const inState = (...states: string[]): TestCase[] => tests.filter((test) => states.includes(test.result().state));
    const named = (test: TestCase): Failure => ({ file: test.module.relativeModuleId, name: test.fullName });
    const report: TestReport = {
      passed: inState('passed').length,
      failed: [
        // One that never ended: its worker died.
        ...inState('failed', 'pending').map(named),
        ...modules.flatMap(failuresAround),
        ...errors.map(({ message }) => ({ file: null, name: firstLine(message) })),
      ],
      skipped: inState('skipped').map((test) => ({ ...named(test), reason: reasonOf(test) })),
    };
    const to = process.env['CLOISTER_TEST_REPORT'];
    if (to !== undefined) writeFileSync(to, JSON.stringify(report));
  }
}
