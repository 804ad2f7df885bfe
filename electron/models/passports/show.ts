import type { InstalledModel, ModelSource, Passport } from '../../../shared/contract/types.ts';
import type { History, VersionRecord, VersionState } from '../database.ts';
import type { EarlierVersion } from '../evaluation/compare.ts';
import { templateDiff } from './template-diff.ts';
import type { VersionFacts } from './types.ts';

/** What a version is to whoever asks: one that ran before, or whose files are gone, may not run either. */
export const stateOf = (state: VersionState): InstalledModel['state'] =>
  state === 'replaced' || state === 'removed' ? 'quarantined' : state;

export const reasonOf = (state: VersionState, reason: string | null): string | null =>
  state === 'replaced' ? 'Another version replaced it.' : state === 'removed' ? 'It was removed.' : reason;

/** What was approved last under this name, other than this version. */
function approvedBefore(history: History, digest: string, versions: readonly VersionRecord[]) {
  const decided = history.approvals.filter((each) => each.action === 'approved' || each.action === 'rolled-back');
  const last = decided.findLast((each) => each.digest !== digest);
  return versions.find((each) => each.digest === last?.digest);
}

/** The same, as something to compare the answers with. */
export function earlierVersion(
  history: History,
  digest: string,
  versions: readonly VersionRecord[],
): EarlierVersion | null {
  const before = approvedBefore(history, digest, versions);
  return before === undefined ? null : { digest: before.digest, evaluation: before.evaluation };
}

function templateOf(facts: VersionFacts, before: VersionFacts['template'] | undefined): Passport['template'] {
  if (facts.template === null) return null;
  const { sha256, text } = facts.template;
  if (before === undefined || before?.sha256 === sha256) return { sha256, diff: null };
  return { sha256, diff: templateDiff(before?.text ?? '', text) };
}

interface Shown {
  readonly name: string;
  readonly digest: string;
  readonly state: InstalledModel['state'];
  readonly reason: string | null;
  readonly facts: VersionFacts;
  readonly source: ModelSource;
  readonly publisher: Passport['publisher'];
  readonly firstSeen: string;
  readonly evaluation: Passport['evaluation'];
  readonly history: History;
  /** Every known version of the name. */
  readonly versions: readonly VersionRecord[];
}

export function showPassport({ facts, history, versions, ...shown }: Shown): Passport {
  const { name, digest, state, reason, source, publisher, firstSeen, evaluation } = shown;
  const { size, kind, licence, architecture, parameters, quantization, context } = facts;
  return {
    ...{ name, digest, size, kind, state, reason, source, publisher },
    ...{ licence, architecture, parameters, quantization, context },
    template: templateOf(facts, approvedBefore(history, digest, versions)?.facts.template),
    layers: [...facts.layers],
    firstSeen,
    ...history,
    evaluation,
  };
}
