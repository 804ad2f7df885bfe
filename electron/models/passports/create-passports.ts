import { CloisterError } from '../../../shared/errors.ts';
import { parseDigest } from '../digests.ts';
import { displayName, parseName } from '../names.ts';
import { everyLayer, parseManifest } from '../store/manifest.ts';
import { inFigures } from '../evaluation/compare.ts';
import { createAdmission } from './admit.ts';
import { createDecisions } from './decisions.ts';
import { createLedger, type PassportsDeps } from './ledger.ts';
import { isPinned } from './pinned.ts';
import { createReconciliation } from './reconcile.ts';
import { bySystem } from './record.ts';
import type { Passports, VerifiedModel } from './types.ts';

const changedReasons = {
  manifest: 'Another manifest stood in its place.',
  changed: 'A byte of its files is not what it was when it was approved.',
} as const;

export function createPassports(deps: PassportsDeps): Passports {
  const { store, standings, unload, onChange } = deps;
  const ledger = createLedger(deps);
  const decisions = createDecisions(deps, ledger);
  const reconcile = createReconciliation(deps, ledger, decisions);

  const changed = new Set<string>();

  const passport: Passports['passport'] = async (name) => ledger.show(await ledger.meant(name));

  const verifyOne: Passports['verifyOne'] = async (name, { signal, onProgress, pace } = {}) => {
    const { live, waiting } = await store.versions(name);
    const manifest = live ?? waiting;
    const total = manifest === null ? 0 : everyLayer(manifest).reduce((sum, layer) => sum + layer.size, 0);
    const done = new Map<string, number>();
    const {
      name: shown,
      ok,
      problem,
      layers,
    } = await store.check(name, {
      signal,
      pace,
      mode: 'always',
      onBytes: (layer, bytes) => {
        done.set(layer, bytes);
        onProgress?.({ name, done: [...done.values()].reduce((sum, each) => sum + each, 0), total });
      },
    });
    return { name: shown, ok, problem, layers };
  };

  return {
    passport,
    admit: createAdmission(deps, ledger, decisions),
    async approve(given, actor, options = {}) {
      await ledger.database();
      const version = await ledger.meant(given);
      const { name, digest, manifest } = version;
      if (options.digest !== undefined && options.digest !== digest)
        throw new CloisterError('conflict', `Another version of ${name} waits now. Look at its passport again.`);
      if (isPinned(name, manifest)) return passport(name);
      await decisions.mustBeEvaluated(version);
      await decisions.mustBeWhole(version);
      const self = await decisions.isSelf(name, digest, actor);
      const approval = { by: actor.subject, action: 'approved', self, reason: options.reason ?? null } as const;
      await decisions.approve(version, approval, actor);
      return passport(name);
    },
    async block(given, reason, actor) {
      await ledger.database();
      const version = await ledger.meant(given);
      const { name } = version;
      await ledger.enter(version, await ledger.bytesOf(version));
      const approved = standings.approvedOf(name)?.digest;
      for (const digest of new Set([version.digest, approved ?? version.digest])) {
        await ledger.decide(name, digest, { by: actor.subject, action: 'blocked', self: false, reason }, 'blocked');
        await ledger.record('blocked', { name, digest }, actor, reason);
      }
      await store.withdraw(name);
      await unload(name);
      onChange();
      return passport(name);
    },
    async remove(given, actor) {
      await ledger.database();
      const shown = await passport(given);
      const { name, digest } = shown;
      const known = (await ledger.recordsOf(name)).flatMap((each) => each.facts.layers);
      const layers = new Set([...known, ...shown.layers].map((layer) => parseDigest(layer.digest)));
      await unload(name);
      await standings.during(name, async () => {
        await store.discard(name, [...layers], await ledger.neededByOthers(name));
        await (await ledger.database()).call('models.removed', { name });
        await ledger.reload();
      });
      changed.delete(name);
      await ledger.record('removed', { name, digest }, actor, null);
      onChange();
      return shown;
    },
    async rollback(given, actor) {
      await ledger.database();
      const name = displayName(parseName(given));
      const record = await decisions.rollbackTarget(name, standings.approvedOf(name)?.digest);
      const version = { name, digest: record.digest, manifest: parseManifest(record.manifest), record };
      await decisions.mustBeWhole(version);
      const self = await decisions.isSelf(name, record.digest, actor);
      await decisions.approve(version, { by: actor.subject, action: 'rolled-back', self, reason: null }, actor);
      const now = (await ledger.recordsOf(name)).find((each) => each.digest === record.digest) ?? record;
      return ledger.show({ ...version, record: now });
    },
    verifyOne,
    async verify(given, options = {}) {
      const names = given === null ? (await store.list()).map((model) => model.name) : [displayName(parseName(given))];
      const results: VerifiedModel[] = [];
      // One after the other: two at once would only share the disk.
      for (const name of names) results.push(await verifyOne(name, options));
      return results;
    },
    async toTry(given, running) {
      await ledger.database();
      const name = displayName(parseName(given));
      const { live, waiting } = await store.versions(name);
      const which = running || waiting === null ? 'live' : 'waiting';
      const manifest = which === 'live' ? live : waiting;
      if (manifest === null)
        throw new CloisterError('model_missing', running ? `No version of ${name} runs.` : `${name} is not installed.`);
      const { state } = standings.standing(name, manifest);
      if (state === 'blocked') throw new CloisterError('model_blocked', `${name} is blocked and may not run.`);
      return { name, digest: manifest.digest, which };
    },
    async evaluated(given, digest, evaluation, actor) {
      const version = await ledger.meant(given);
      if (version.digest === digest) await ledger.enter(version, await ledger.bytesOf(version));
      const { name } = version;
      await (await ledger.database()).call('models.evaluated', { name, digest, evaluation });
      const record = (await ledger.recordsOf(name)).find((each) => each.digest === digest);
      if (record === undefined) throw new CloisterError('model_missing', `${name} was removed meanwhile.`);
      const shown = await ledger.show({ name, digest, manifest: parseManifest(record.manifest), record });
      await ledger.record('evaluated', { name, digest }, actor, inFigures(shown.evaluation));
      onChange();
      return shown;
    },
    async foundChanged(name, problem) {
      const approved = standings.approvedOf(name);
      if (!ledger.isOpen() || approved === undefined) return;
      const reason = changedReasons[problem];
      changed.add(name);
      const manifest = (await ledger.recordsOf(name)).find((each) => each.digest === approved.digest)?.manifest;
      await decisions.quarantine(name, approved.digest, reason, bySystem);
      // What stood there is not worth keeping; what was approved can be approved again.
      if (problem === 'manifest' && manifest !== undefined) await store.keep(name, manifest);
      await ledger.record('changed', approved, bySystem, reason);
      await unload(name);
      onChange();
    },
    verified: ({ name, digest, ok, problem }, ms) => ledger.noteVerification(name, digest, { ok, problem, ms }),
    changed: () => [...changed].filter((name) => standings.approvedOf(name) === undefined),
    async touched(given) {
      const name = displayName(parseName(given));
      const approved = standings.approvedOf(name);
      if (approved === undefined) return;
      await ledger.noteVerification(name, approved.digest, { ok: false, problem: 'touched while loading', ms: 0 });
    },
    async open() {
      if (deps.vault === null) return;
      standings.set(await deps.vault.database().call('models.standings', {}));
      await reconcile();
      onChange();
    },
    close() {
      changed.clear();
      standings.clear();
    },
  };
}
