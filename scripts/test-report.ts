/** What a runner of tests reports: how many passed, and which did not or could not run. */
export interface TestReport {
  readonly passed: number;
  readonly failed: readonly NamedTest[];
  readonly skipped: readonly (NamedTest & { readonly reason: string })[];
}

interface NamedTest {
  /** Below the checkout; null for what is no file of tests. */
  readonly file: string | null;
  readonly name: string;
}

/** Of a test whose own words do not say why it cannot run here. */
export const noReason = 'no reason given';

const placed = ({ file, name }: NamedTest): string => (file === null ? name : `${file}: ${name}`);

/** One line each, failures last: they are looked for first, just above the tally. */
export const linesOf = ({ failed, skipped }: Pick<TestReport, 'failed' | 'skipped'>): string[] => [
  ...skipped.map((test) => `skipped  ${placed(test)} (${test.reason})`),
  ...failed.map((test) => `FAILED   ${placed(test)}`),
];

/** The parts of Playwright's JSON report that are read here. */
export interface PlaywrightReport {
  readonly suites: readonly PlaywrightSuite[];
  readonly errors: readonly { readonly message?: string | undefined }[];
}

interface PlaywrightSuite {
  readonly title: string;
  readonly file: string;
  readonly specs: readonly {
    readonly title: string;
    readonly tests: readonly {
      readonly projectName: string;
      readonly status: 'skipped' | 'expected' | 'unexpected' | 'flaky';
      readonly annotations: readonly { readonly type: string; readonly description?: string | undefined }[];
    }[];
  }[];
  readonly suites?: readonly PlaywrightSuite[];
}

interface RunSpec extends NamedTest {
  readonly status: 'skipped' | 'expected' | 'unexpected' | 'flaky';
  readonly reason: string;
}

function* specsOf(suite: PlaywrightSuite, above: readonly string[]): Generator<RunSpec> {
  // A file's own suite is called after the file.
  const path = suite.title === suite.file ? above : [...above, suite.title];
  for (const spec of suite.specs) {
    for (const { projectName, status, annotations } of spec.tests) {
      const reason = annotations.find(({ type }) => type === 'skip' || type === 'fixme')?.description ?? noReason;
      const name = `${[...path, spec.title].join(' > ')} [${projectName}]`;
      yield { file: `test/${suite.file}`, name, status, reason };
    }
  }
  for (const inner of suite.suites ?? []) yield* specsOf(inner, path);
}

/** A flaky spec passed in the end. An error outside all specs (a file that does not load) is a failure of its own. */
export function readPlaywright({ suites, errors }: PlaywrightReport): TestReport {
  const specs = suites.flatMap((suite) => [...specsOf(suite, [])]);
  const named = ({ file, name }: RunSpec): NamedTest => ({ file, name });
  return {
    passed: specs.filter(({ status }) => status === 'expected' || status === 'flaky').length,
    failed: [
      ...specs.filter(({ status }) => status === 'unexpected').map(named),
      ...errors.map(({ message = 'an error outside all specs' }) => ({ file: null, name: firstLine(message) })),
    ],
    skipped: specs
      .filter(({ status }) => status === 'skipped')
      .map((spec) => ({ ...named(spec), reason: spec.reason })),
  };
}

/** Without the colours of a terminal. */
export const firstLine = (text: string): string => text.replace(/\u001b\[[\d;]*m/gu, '').split('\n')[0] ?? '';
