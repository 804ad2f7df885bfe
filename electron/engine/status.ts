import type { CageKind, EngineStatus } from '../../shared/contract/types.ts';
import type { FoundEngine } from './find/index.ts';
import type { Model } from './supervisor/machine.ts';

interface Parts {
  readonly model: Model;
  readonly found: FoundEngine | null;
  /** Why nothing was found that may run. */
  readonly problem: string | null;
  readonly cage: CageKind | null;
  readonly cageReason: string | null;
  readonly loaded: EngineStatus['loaded'];
}

/** What the page and the terminal are told. */
export function statusOf({ model, found, problem, cage, cageReason, loaded }: Parts): EngineStatus {
  return {
    state: model.state,
    cage,
    cageReason,
    version: found?.version ?? null,
    sha256: found?.fingerprint.binary.sha256 ?? null,
    path: found?.path ?? null,
    trust: found?.trust ?? 'missing',
    reason: model.reason ?? problem,
    restarts: model.restarts,
    loaded,
  };
}

/** The weaker cage in words; what it cannot do is said, not hidden. */
export const weakerCage = (reason: string): string =>
  `${reason}; the engine runs on a local port that other programs of this computer can reach, and its models folder is not read-only`;
