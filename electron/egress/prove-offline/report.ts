import type { Control } from './control.ts';
import { lastLine } from './control.ts';
import type { CountedRun } from './counted-run.ts';
import type { Counters } from './counters.ts';

/** An attempt to reach the outside that found no way. */
export interface OfflineAttempt {
  /** `application`: Cloister itself. `cage`: inside a further namespace, such as the engine's. */
  readonly where: 'application' | 'cage';
  readonly over: 'ipv4' | 'ipv6';
  readonly count: number;
}

export interface OfflineFindings {
  readonly ok: boolean;
  /** Why it is not proven; a sentence. */
  readonly reason: string | null;
  readonly covered: readonly string[];
  readonly notCovered: readonly string[];
  readonly attempts: readonly OfflineAttempt[];
  readonly at: string;
}

const always = [
  'Other programs on this computer, and what Cloister does outside this run.',
  'The installer, updates, and the download of models, which go out through the egress broker when a person starts them.',
  'The window: this run has none. Its own rules (no remote content) are checked by tests.',
  'What the kernel itself sends, and devices that do not use the kernel’s network.',
];

const unavailable = 'Everything: nothing ran, because the job could not be put into a network namespace of its own.';

function attemptsIn(where: OfflineAttempt['where'], counted: Counters): OfflineAttempt[] {
  return (['ipv4', 'ipv6'] as const)
    .map((over) => ({ where, over, count: counted.unroutable[over] }))
    .filter((attempt) => attempt.count > 0);
}

const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** Why the run proves nothing, or null. An attempt inside a cage is told and no reason: stopping it is what the cage is for. */
function reasonAgainst(run: CountedRun, seconds: number): string | null {
  const { counted, status, inner, said } = run;
  if (counted === null || status === null) return `The job was stopped before it was counted: ${lastLine(said)}`;
  if (status === 124) return `The job was not done within ${plural(seconds, 'second', 'seconds')}.`;
  if (status !== 0) return `The job failed (${status}): ${lastLine(said)}`;
  if (counted.outside > 0)
    return `${plural(counted.outside, 'packet', 'packets')} went over an interface that is not loopback.`;
  if (inner.some((each) => each.counted.outside > 0)) return 'Packets left a namespace within the job.';
  const tried = counted.unroutable.ipv4 + counted.unroutable.ipv6;
  return tried === 0
    ? null
    : `The job tried to reach the outside (${plural(tried, 'time', 'times')}); nothing could leave.`;
}

function coverage(
  { counted, inner }: CountedRun,
  control: Control,
  sockets: number,
): Pick<OfflineFindings, 'covered' | 'notCovered'> {
  const covered = [
    `The job and every process it started ran in a network namespace of its own. Its interfaces: ${counted?.interfaces.join(', ') ?? 'none'}.`,
    `Packets over any other interface: ${counted?.outside ?? 0}. Packets on its own loopback: ${counted?.loopback ?? 0}.`,
    `Attempts to reach the outside, by the kernel’s counters: ${(counted?.unroutable.ipv4 ?? 0) + (counted?.unroutable.ipv6 ?? 0)}.`,
    `The counters count: a control run made attempts on purpose, and ${control.seen} were seen.`,
    'Sockets of the system’s services (name look-up, D-Bus, containers, displays) were hidden from the job.',
    ...(inner.length > 0
      ? [
          `${plural(inner.length, 'namespace', 'namespaces')} within the job, such as the engine’s cage, counted as well.`,
        ]
      : []),
  ];
  const notCovered = [
    ...always,
    'Attempts within a namespace of the job that lived for less than a quarter of a second. They could not leave either.',
    ...(sockets > 0
      ? [
          `${plural(sockets, 'socket', 'sockets')} of other programs in files outside /run and /tmp, which a network namespace does not close.`,
        ]
      : []),
  ];
  return { covered, notCovered };
}

export function reportRefused(reason: string, at: string): OfflineFindings {
  return { ok: false, reason, covered: [], notCovered: [unavailable, ...always], attempts: [], at };
}

export function reportRun(input: {
  run: CountedRun;
  control: Control;
  seconds: number;
  sockets: number;
  at: string;
}): OfflineFindings {
  const { run, control, seconds, sockets, at } = input;
  const reason = reasonAgainst(run, seconds);
  const own = run.counted === null ? [] : attemptsIn('application', run.counted);
  const attempts = [...own, ...run.inner.flatMap((each) => attemptsIn('cage', each.counted))];
  return { ok: reason === null, reason, ...coverage(run, control, sockets), attempts, at };
}
