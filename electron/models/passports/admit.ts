import type { InstalledModel } from '../../../shared/contract/types.ts';
import { CloisterError } from '../../../shared/errors.ts';
import { whyNotYet } from '../evaluation/gate.ts';
import { displayName, parseName } from '../names.ts';
import { parseManifest, type Manifest } from '../store/manifest.ts';
import type { Decisions } from './decisions.ts';
import { readVersionFacts } from './facts.ts';
import type { Ledger, PassportsDeps } from './ledger.ts';
import { isPinned } from './pinned.ts';
import { publisherOf, whyItWaits } from './publisher.ts';
import type { Arrival, ModelActor, Passports } from './types.ts';

/** Takes in what arrived: always by way of quarantine, and out of it only with a reason. */
export function createAdmission(deps: PassportsDeps, ledger: Ledger, decisions: Decisions): Passports['admit'] {
  const { store, standings, policy } = deps;

  /** Who it comes from and why it waits, or null: the asking itself approves it. */
  async function judge(arrival: Arrival, name: string, digest: string, kind: InstalledModel['kind']) {
    const before = await ledger.recordsOf(name);
    const { approvals } = await ledger.history(name, digest);
    const own = approvals.filter((each) => each.digest === digest);
    const signature = arrival.signature ?? null;
    const publisher = publisherOf(arrival.source, parseName(name), signature, await deps.publishers());
    const waits = whyItWaits(policy.value('models.approval'), arrival.source, publisher, {
      isKnownName: before.some((each) => each.digest !== digest && each.state !== 'removed'),
      bySetUp: arrival.bySetUp === true,
      wasApproved:
        own.some((each) => each.action === 'approved') &&
        own.at(-1)?.action !== 'blocked' &&
        before.find((each) => each.digest === digest)?.state !== 'removed',
    });
    const evaluation = before.find((each) => each.digest === digest)?.evaluation ?? null;
    const { sha256 } = await deps.evaluationSet();
    const untried = whyNotYet(policy.value('models.evaluation'), { name, kind, evaluation }, sha256);
    return { publisher, waits: waits ?? untried };
  }

  /** `ms`: how long the check of every byte took, which is the version's first verification. */
  async function enter(
    arrival: Arrival,
    name: string,
    manifest: Manifest,
    actor: ModelActor,
    ms: number,
  ): Promise<void> {
    const { digest } = manifest;
    const facts = await readVersionFacts(manifest, store.place);
    const { publisher, waits } = await judge(arrival, name, digest, facts.kind);
    const at = ledger.at();
    const { state } = await (
      await ledger.database()
    ).call('models.seen', {
      ...{ name, digest, publisher, at, facts, manifest: arrival.manifest },
      source: { ...arrival.source, at },
      reason: waits ?? '',
    });
    await ledger.reload();
    await ledger.noteVerification(name, digest, { ok: true, problem: null, ms });
    await ledger.record('brought', { name, digest }, actor, arrival.source.address);
    if (standings.standing(name, manifest).state === 'blocked') return;
    if (state === 'approved') await standings.during(name, () => store.release(name, arrival.manifest));
    else if (waits === null) {
      const reason = arrival.bySetUp === true ? 'Set-up obtained it.' : 'Every check passed when it was brought.';
      const record = (await ledger.recordsOf(name)).find((each) => each.digest === digest) ?? null;
      const approval = { by: actor.subject, action: 'approved', self: true, reason } as const;
      await decisions.approve({ name, digest, manifest, record }, approval, actor);
    } else await decisions.quarantine(name, digest, waits, actor);
  }

  return async (arrival, actor) => {
    const name = displayName(parseName(arrival.name));
    const manifest = parseManifest(arrival.manifest);
    const vault = (await deps.vault?.state()) ?? 'absent';
    if (vault === 'locked') await ledger.database();
    const started = performance.now();
    await store.hold(name, arrival.manifest, arrival.arrived);
    const ms = (arrival.checkMs ?? 0) + performance.now() - started;
    if (isPinned(name, manifest)) await store.release(name, arrival.manifest);
    else if (vault === 'unlocked') await enter(arrival, name, manifest, actor, ms);
    deps.onChange();
    const { waiting } = await store.versions(name);
    const installed = await store.find(name);
    if (installed === null) throw new CloisterError('model_missing', `The model ${name} is not installed.`);
    if (waiting?.digest !== manifest.digest) return installed;
    // The version that was asked for, also where another one of its name goes on running.
    const { state, reason } = standings.standing(name, manifest);
    return { ...installed, digest: manifest.digest, state, reason };
  };
}
