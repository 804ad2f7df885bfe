import type { ModelApproval } from '../../../shared/contract/types.ts';
import { CloisterError } from '../../../shared/errors.ts';
import type { VersionRecord } from '../database.ts';
import { whyNotYet } from '../evaluation/gate.ts';
import { readVersionFacts } from './facts.ts';
import type { Ledger, PassportsDeps, Version } from './ledger.ts';
import type { ModelActor, VersionFacts } from './types.ts';

type Approval = Omit<ModelApproval, 'at' | 'digest'>;

/** The steps of which approving, blocking and rolling back are made. */
export function createDecisions(deps: PassportsDeps, ledger: Ledger) {
  const { store, standings, policy, unload, onChange } = deps;

  /** Every layer by its content, wherever it lies; throws what is wrong. */
  async function mustBeWhole({ name, manifest }: Version): Promise<void> {
    const layers = await store.checkVersion(manifest);
    if (layers.every((layer) => layer.ok)) return;
    if (layers.some((layer) => layer.problem === 'missing'))
      throw new CloisterError('model_missing', `A part of ${name} is gone. Get the model again.`);
    throw new CloisterError('model_changed', `A part of ${name} is not what its manifest says. Get the model again.`);
  }

  async function mustBeSound({ name, manifest }: Version): Promise<VersionFacts> {
    const facts = await readVersionFacts(manifest, store.place);
    if (facts.architecture !== null) return facts;
    throw new CloisterError('unsupported_type', `The weights of ${name} do not hold together; it cannot be approved.`);
  }

  /** Policy may want a version tried before anybody approves it. */
  async function mustBeEvaluated({ name, manifest, record }: Version): Promise<void> {
    const { kind } = record?.facts ?? (await readVersionFacts(manifest, store.place));
    const { sha256 } = await deps.evaluationSet();
    const tried = { name, kind, evaluation: record?.evaluation ?? null };
    const why = whyNotYet(policy.value('models.evaluation'), tried, sha256);
    if (why !== null) throw new CloisterError('not_evaluated', why);
  }

  return {
    mustBeWhole,
    mustBeEvaluated,

    /** The decision first: where a crash comes between, the next unlock finds it and brings the files after it. */
    async approve(version: Version, approval: Approval, actor: ModelActor): Promise<void> {
      const { name, digest } = version;
      const bytes = await ledger.bytesOf(version);
      const { kind } = await mustBeSound(version);
      await ledger.enter(version, bytes);
      await standings.during(name, async () => {
        await ledger.decide(name, digest, approval, 'approved');
        await store.release(name, bytes);
      });
      await unload(name);
      const action = approval.action === 'rolled-back' ? 'rolled-back' : 'approved';
      const tried = version.record?.evaluation ? 'It was tried before.' : 'It was not tried before.';
      const said = [approval.reason, kind === 'chat' ? tried : null].filter((part) => part !== null).join(' ');
      await ledger.record(action, { name, digest }, actor, said === '' ? null : said);
      onChange();
    },

    quarantine: (name: string, digest: string, reason: string, actor: ModelActor): Promise<void> =>
      ledger.decide(name, digest, { by: actor.subject, action: 'quarantined', self: false, reason }, 'quarantined'),

    /** On a personal installation whoever approves is whoever brought it. */
    async isSelf(name: string, digest: string, actor: ModelActor): Promise<boolean> {
      if (policy.value('models.approval') === 'self') return true;
      const { approvals } = await ledger.history(name, digest);
      return approvals.some(
        (each) => each.action === 'quarantined' && each.digest === digest && each.by === actor.subject,
      );
    },

    async rollbackTarget(name: string, current: string | undefined): Promise<VersionRecord> {
      const records = await ledger.recordsOf(name);
      const { previous, approvals } = await ledger.history(name, '');
      // What was approved last and was pushed out by a manifest that nobody approved stands in no list of replaced versions.
      const approved = approvals.filter((each) => each.action === 'approved' || each.action === 'rolled-back');
      for (const { digest } of [...previous.toReversed(), ...approved.toReversed()]) {
        const found = records.find((each) => each.digest === digest);
        if (digest !== current && found !== undefined && found.state !== 'blocked' && found.state !== 'removed')
          return found;
      }
      throw new CloisterError('conflict', `No earlier version of ${name} is kept here.`);
    },
  };
}

export type Decisions = ReturnType<typeof createDecisions>;
