import type { ModelApproval, Passport } from '../../../shared/contract/types.ts';
import { CloisterError } from '../../../shared/errors.ts';
import type { Publisher } from '../../../shared/policy/registry.ts';
import type { AuditLog } from '../../audit/types.ts';
import type { Policy } from '../../policy/index.ts';
import type { DatabaseClient } from '../../vault/types.ts';
import { showEvaluation } from '../evaluation/compare.ts';
import type { EvaluationSet } from '../evaluation/set.ts';
import type { History, ModelsOperations, VersionRecord } from '../database.ts';
import { displayName, parseName } from '../names.ts';
import { parseManifest, type Manifest } from '../store/manifest.ts';
import type { ModelStore } from '../types.ts';
import { readVersionFacts } from './facts.ts';
import { isPinned } from './pinned.ts';
import { modelEntry, type ModelAction } from './record.ts';
import { earlierVersion, reasonOf, showPassport, stateOf } from './show.ts';
import type { Standings } from './standings.ts';
import type { ModelActor } from './types.ts';

export interface PassportsDeps {
  readonly store: ModelStore;
  readonly standings: Standings;
  readonly policy: Pick<Policy, 'value'>;
  /** Who is listed now. */
  readonly publishers: () => Promise<readonly Publisher[]>;
  /** The prompts of this build. */
  readonly evaluationSet: () => Promise<Pick<EvaluationSet, 'sha256'>>;
  readonly now: () => Date;
  /** Null: there is no vault (yet), so there are no approvals either. */
  readonly vault: {
    readonly database: () => DatabaseClient<ModelsOperations>;
    readonly state: () => Promise<'absent' | 'locked' | 'unlocked'>;
  } | null;
  readonly audit: () => Pick<AuditLog, 'append'> | null;
  /** The engine lets the model go, if it holds it. */
  readonly unload: (name: string) => Promise<void>;
  /** What may run changed. */
  readonly onChange: () => void;
}

/** The version that a person means by a name: the one that waits, else the one that is installed. */
export interface Version {
  readonly name: string;
  readonly digest: string;
  readonly manifest: Manifest;
  readonly record: VersionRecord | null;
}

const noHistory: History = { approvals: [], verifications: [], previous: [] };

/** What is kept of each version, and the lines in the record about it. */
export function createLedger({ store, standings, now, vault, audit, evaluationSet }: PassportsDeps) {
  const at = (): string => now().toISOString();
  const isOpen = (): boolean => vault !== null && standings.isOpen();

  async function database(): Promise<DatabaseClient<ModelsOperations>> {
    const state = (await vault?.state()) ?? 'absent';
    if (vault !== null && state === 'unlocked' && standings.isOpen()) return vault.database();
    if (state === 'absent')
      throw new CloisterError('vault_absent', 'Approvals are kept in the vault. Make one first: cloister init');
    throw new CloisterError('locked', 'Approvals are kept in the vault. Unlock Cloister first.');
  }

  const recordsOf = async (name: string): Promise<VersionRecord[]> =>
    isOpen() ? (await database()).call('models.versions', { name }) : [];
  const reload = async (): Promise<void> => standings.set(await (await database()).call('models.standings', {}));
  const history = async (name: string, digest: string): Promise<History> =>
    isOpen() ? (await database()).call('models.history', { name, digest }) : noHistory;

  /** A version that nobody entered: it was found, or this build pins it. */
  async function describeFound(name: string, manifest: Manifest) {
    const kind = isPinned(name, manifest) ? ('pinned' as const) : ('found' as const);
    return {
      facts: await readVersionFacts(manifest, store.place),
      source: { kind, address: null, at: at() },
      publisher: { name: null, listed: kind === 'pinned', signature: null },
      firstSeen: at(),
      evaluation: null,
    };
  }

  return {
    at,
    isOpen,
    database,
    recordsOf,
    reload,
    history,

    async record(action: ModelAction, model: { name: string; digest: string }, actor: ModelActor, why: string | null) {
      await audit()?.append(modelEntry(action, model, actor, why));
    },

    async meant(given: string): Promise<Version> {
      const name = displayName(parseName(given));
      const records = await recordsOf(name);
      const { live, waiting } = await store.versions(name);
      const found = waiting ?? live;
      if (found !== null) {
        const known = records.find((each) => each.digest === found.digest) ?? null;
        return { name, digest: found.digest, manifest: found, record: known };
      }
      // Its files are gone or unreadable; what is known of it is still worth reading.
      const last =
        records.find((each) => each.state === 'approved') ?? records.findLast((each) => each.state !== 'removed');
      if (last === undefined) throw new CloisterError('model_missing', `The model ${name} is not installed.`);
      return { name, digest: last.digest, manifest: parseManifest(last.manifest), record: last };
    },

    async show({ name, digest, manifest, record: known }: Version): Promise<Passport> {
      const standing = standings.standing(name, manifest);
      const described = known ?? (await describeFound(name, manifest));
      const decided =
        known === null ? standing : { state: stateOf(known.state), reason: reasonOf(known.state, known.reason) };
      const { state, reason } = standing.state === 'quarantined' ? decided : standing;
      const [versions, past] = [await recordsOf(name), await history(name, digest)];
      // An installation without its prompts still shows what is known.
      const present = await evaluationSet().then(
        ({ sha256 }) => sha256,
        () => '',
      );
      const evaluation = showEvaluation(described.evaluation, earlierVersion(past, digest, versions), present);
      return showPassport({ ...described, name, digest, state, reason, evaluation, history: past, versions });
    },

    /** Enters a version that has no line yet, so that something can be decided about it. */
    async enter({ name, digest, manifest, record: known }: Version, bytes: Uint8Array): Promise<void> {
      if (known !== null) return;
      const found = await describeFound(name, manifest);
      const reason = 'It was found in the models folder; nobody says who put it there.';
      const seen = { ...found, name, digest, manifest: bytes, reason, at: found.firstSeen };
      await (await database()).call('models.seen', seen);
    },

    async decide(
      name: string,
      digest: string,
      approval: Omit<ModelApproval, 'at' | 'digest'>,
      state: 'approved' | 'blocked' | 'quarantined',
    ): Promise<void> {
      await (await database()).call('models.decide', { name, state, approval: { ...approval, at: at(), digest } });
      await reload();
    },

    async bytesOf({ name, digest, record: known }: Version): Promise<Uint8Array> {
      if (known !== null) return known.manifest;
      const { waiting } = await store.versions(name);
      return store.bytesOf(name, waiting?.digest === digest ? 'waiting' : 'live');
    },

    /** Digests of layers that the versions of other names need, those included that one could roll back to. */
    async neededByOthers(name: string): Promise<Set<string>> {
      const needed = new Set<string>();
      for (const other of new Set(standings.all().map((each) => each.name))) {
        if (other === name) continue;
        for (const each of await recordsOf(other))
          if (each.state !== 'removed') for (const layer of each.facts.layers) needed.add(layer.digest);
      }
      return needed;
    },

    async noteVerification(
      name: string,
      digest: string,
      found: { ok: boolean; problem: string | null; ms: number },
    ): Promise<void> {
      if (!isOpen()) return;
      const verification = { at: at(), ...found, ms: Math.round(found.ms) };
      await (await database()).call('models.verified', { name, digest, verification });
    },
  };
}

export type Ledger = ReturnType<typeof createLedger>;
