import { CloisterError } from '../../../shared/errors.ts';
import { displayName, parseName } from '../names.ts';
import type { CheckRun, ModelStore, Standing, Verification } from '../types.ts';
import { checkLayers, type HashedFiles, type LayerCheck } from './check-layers.ts';
import { changed, type Finder, type Located } from './finder.ts';
import type { Hasher } from './hasher.ts';
import { sightOf, type Sight } from './load-guard.ts';
import { everyLayer, type Manifest } from './manifest.ts';
import type { Quarantine } from './quarantine.ts';
import type { StoredModel } from './read-manifests.ts';
import type { ModelRecords } from './records.ts';
import { createSharedWork } from './shared-work.ts';

interface VerifierDeps {
  readonly directory: string;
  readonly quarantine: Quarantine;
  readonly records: ModelRecords;
  readonly finder: Finder;
  readonly hashed: HashedFiles;
  readonly hash: Hasher;
  readonly verification: () => 'always' | 'when-changed';
  readonly standing: (name: string, manifest: Manifest | null) => Standing;
  readonly onChanged: ((name: string, problem: 'changed' | 'manifest') => Promise<void>) | undefined;
  readonly onVerified: ((found: Verification, milliseconds: number) => Promise<void>) | undefined;
  readonly isLoaded: ((name: string) => Promise<boolean>) | undefined;
  readonly writing: <Value>(work: () => Promise<Value>) => Promise<Value>;
  /** Counts our own changes of the store, which move the times of its folders too. */
  readonly ownWrites: () => number;
}

const moved = (name: string): CloisterError =>
  new CloisterError(
    'model_changed',
    `The files of ${name} were touched while it was being loaded, so it was not used. Ask again; if it happens again, another program works on them.`,
  );

const putBack = (name: string): CloisterError =>
  new CloisterError(
    'model_changed',
    `Another manifest stood in the place of ${name}. The approved one was put back and is whole: ask again to use it.`,
  );

/** Checks models: byte for byte, before a load and after it. */
export function createVerifier(deps: VerifierDeps): Pick<ModelStore, 'check' | 'checkVersion' | 'verify' | 'confirm'> {
  const { directory, quarantine, records, finder, hashed, hash, verification, standing } = deps;
  const share = createSharedWork<LayerCheck[]>();
  const sights = new Map<string, { readonly sight: Sight; readonly ownWrites: number }>();

  const hashLayers = (
    { model, taken }: Located,
    mode: 'always' | 'when-changed',
    run: CheckRun,
  ): Promise<LayerCheck[]> =>
    share(
      `${mode} ${model.manifest.digest} ${run.pace === undefined ? '' : 'idle'}`,
      (stop) =>
        checkLayers(taken ? quarantine.place : directory, model.manifest, { ...run, mode, hashed, hash, signal: stop }),
      run.signal,
    );

  async function judge(model: StoredModel, layers: readonly LayerCheck[]): Promise<Verification['problem']> {
    const wrong = layers.filter((layer) => !layer.ok && layer.problem !== 'missing');
    if (wrong.length === 0) return layers.every((layer) => layer.ok) ? null : 'missing';
    const digests = wrong.map((layer) => layer.digest);
    await deps.writing(() => quarantine.take(model, digests));
    await deps.onChanged?.(model.display, 'changed');
    return 'changed';
  }

  async function check(name: string, run: CheckRun = {}): Promise<Verification> {
    const started = performance.now();
    const found = await look(name, run);
    if (found.isNews) await deps.onVerified?.(found.verification, performance.now() - started);
    return found.verification;
  }

  async function look(name: string, run: CheckRun): Promise<{ verification: Verification; isNews: boolean }> {
    const located = await finder.mustLocate(name);
    const { model } = located;
    const { display: shown, manifest } = model;
    const record = await records.get(shown);
    const mode = run.mode ?? verification();
    const isOther = !located.taken && (await finder.isOtherManifest(model, record));
    if (located.taken || isOther) {
      const layers = await hashLayers({ model, taken: true }, mode, run);
      // What waits for approval is what it should be; what was found changed stays so until it is installed again.
      const sound = located.taken && record?.ok !== false && layers.every((layer) => layer.ok);
      const problem = sound ? null : isOther ? 'manifest' : 'changed';
      return { verification: { name: shown, digest: manifest.digest, ok: sound, problem, layers }, isNews: true };
    }
    const before = new Map(hashed);
    const layers = await hashLayers(located, mode, run);
    // Another manifest stood there, and this one was put back: said once.
    const wasOther = record?.ok === null && record.manifest === manifest.digest;
    const problem = (await judge(model, layers)) ?? (wasOther ? 'manifest' : null);
    const ok = problem === null;
    const isNews =
      !ok || mode === 'always' || layers.some((layer) => hashed.get(layer.digest) !== before.get(layer.digest));
    if (isNews || record?.ok !== true) await finder.note(model, ok || problem === 'manifest');
    return { verification: { name: shown, digest: manifest.digest, ok, problem, layers }, isNews };
  }

  /** Refuses what may not run, however whole it is. */
  async function mustBeApproved({ model, taken }: Located): Promise<void> {
    const { state } = standing(model.display, model.manifest);
    if (state === 'approved' && !taken) return;
    if (taken && (await records.get(model.display))?.ok === false) throw changed(model.display);
    throw new CloisterError('model_blocked', `${model.display} is ${state} and may not run.`, { detail: { state } });
  }

  /** A model that the engine holds in memory is not read from its files again. */
  const modeOfLoad = async (name: string): Promise<'always' | 'when-changed'> =>
    verification() === 'always' && (await deps.isLoaded?.(name)) !== true ? 'always' : 'when-changed';

  /** Null where something is missing or no file; the check itself then says what. */
  function trySight(model: StoredModel): Sight | null {
    try {
      return sightOf(directory, model);
    } catch {
      return null;
    }
  }

  return {
    check,
    checkVersion: (manifest) => checkLayers(quarantine.place, manifest, { mode: 'always', hashed, hash }),
    async verify(name, signal) {
      const located = await finder.mustLocate(name);
      await mustBeApproved(located);
      const { display } = located.model;
      const before = trySight(located.model);
      const { digest, problem } = await check(name, { signal, mode: await modeOfLoad(display) });
      if (problem === 'missing')
        throw new CloisterError('model_missing', `A part of ${name} is gone. Get the model again.`);
      if (problem === 'manifest') throw putBack(display);
      if (problem !== null) throw changed(name);
      await finder.readWeights((await finder.mustLocate(name)).model.manifest);
      const sight = sightOf(directory, located.model);
      if (before !== null && before.files !== sight.files) throw moved(display);
      sights.set(display, { sight, ownWrites: deps.ownWrites() });
      return { digest };
    },
    async confirm(name) {
      const display = displayName(parseName(name));
      const seen = sights.get(display);
      const located = await finder.locate(parseName(name)).catch(() => null);
      const sight = located === null || located.taken ? null : trySight(located.model);
      if (seen !== undefined && sight?.files === seen.sight.files) {
        if (sight.folders === seen.sight.folders) return;
        // A download that ended meanwhile moves the folders' times as well; then nobody can say who did.
        if (deps.ownWrites() !== seen.ownWrites)
          throw new CloisterError('busy', `The models changed while ${display} was being loaded. Ask again.`);
      }
      sights.delete(display);
      for (const layer of located === null ? [] : everyLayer(located.model.manifest)) hashed.delete(layer.digest);
      throw moved(display);
    },
  };
}
