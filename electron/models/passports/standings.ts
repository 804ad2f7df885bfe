import type { VersionStanding } from '../database.ts';
import type { Manifest } from '../store/manifest.ts';
import type { Standing } from '../types.ts';
import { isPinned } from './pinned.ts';
import { reasonOf, stateOf } from './show.ts';

const unknown: Standing = { state: 'quarantined', reason: 'Nobody approved it yet.' };
const shut: Standing = { state: 'quarantined', reason: 'Approvals are in the vault, and it is not open.' };

/**
 * What was decided, in memory: every request asks. Empty while the vault is locked, and then nothing is approved but what this
 * build pins.
 */
export function createStandings() {
  let known: Map<string, Map<string, VersionStanding>> | null = null;
  /** Names whose files are being exchanged by ourselves. */
  const moving = new Set<string>();

  const approvedOf = (name: string): VersionStanding | undefined =>
    [...(known?.get(name)?.values() ?? [])].find((each) => each.state === 'approved');
  const isBlocked = (digest: string): VersionStanding | undefined =>
    [...(known?.values() ?? [])].map((each) => each.get(digest)).find((each) => each?.state === 'blocked');

  return {
    set(all: readonly VersionStanding[]): void {
      const next = new Map<string, Map<string, VersionStanding>>();
      for (const each of all) {
        const versions = next.get(each.name) ?? new Map<string, VersionStanding>();
        next.set(each.name, versions.set(each.digest, each));
      }
      known = next;
    },
    clear(): void {
      known = null;
    },
    all: (): readonly VersionStanding[] => [...(known?.values() ?? [])].flatMap((each) => [...each.values()]),
    isOpen: (): boolean => known !== null,
    versionsOf: (name: string): readonly VersionStanding[] => [...(known?.get(name)?.values() ?? [])],
    approvedOf,
    approved: (): readonly VersionStanding[] => [...(known?.keys() ?? [])].flatMap((name) => approvedOf(name) ?? []),
    /** Holds a name apart while its files are exchanged, so that nobody takes the half for an intruder. */
    async during<Value>(name: string, work: () => Promise<Value>): Promise<Value> {
      moving.add(name);
      try {
        return await work();
      } finally {
        moving.delete(name);
      }
    },
    standing(name: string, manifest: Manifest | null): Standing {
      const approved = approvedOf(name);
      const isMoving = moving.has(name);
      if (manifest === null) return { ...unknown, isOther: approved !== undefined && !isMoving };
      if (isPinned(name, manifest)) return { state: 'approved', reason: null };
      if (known === null) return shut;
      const own = known.get(name)?.get(manifest.digest);
      const blocked = own?.state === 'blocked' ? own : isBlocked(manifest.digest);
      if (blocked !== undefined) return { state: 'blocked', reason: blocked.reason };
      if (own?.state === 'approved') {
        const waits = [...(known.get(name)?.values() ?? [])].find((each) => each.state === 'quarantined');
        return { state: 'approved', reason: waits === undefined ? null : 'Another version waits for approval.' };
      }
      return {
        state: own === undefined ? 'quarantined' : stateOf(own.state),
        reason: own === undefined ? unknown.reason : reasonOf(own.state, own.reason),
        isOther: approved !== undefined && !isMoving,
      };
    },
  };
}

export type Standings = ReturnType<typeof createStandings>;
