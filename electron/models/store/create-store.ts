import { join } from 'node:path';
import type { InstalledModel } from '../../../shared/contract/types.ts';
import { CloisterError } from '../../../shared/errors.ts';
import { parseName, tryParseName, type ModelName } from '../names.ts';
import type { ModelStore, Verification } from '../types.ts';
import { checkLayers, checkOne, type HashedFiles, type LayerCheck } from './check-layers.ts';
import { checkDiskSpace } from './disk-space.ts';
import { fromFileSystem, makeFolders, readRegular } from './files.ts';
import { manifestSegments } from './layout.ts';
import { removeLeftovers } from './leftovers.ts';
import { manifestBytes, parseManifest, totalBytes } from './manifest.ts';
import { promote } from './promote.ts';
import { createQuarantine } from './quarantine.ts';
import { createControlTokenReader } from './read-control-tokens.ts';
import { createWeightReader } from './read-weights.ts';
import { createManifestReader, readStore, type StoredModel } from './read-manifests.ts';
import { createRecords, type ModelRecord } from './records.ts';
import { createSharedWork } from './shared-work.ts';

interface StoreDeps {
  /** Holds `models/`, `quarantine/` and `models.json`, on one file system. */
  readonly profile: string;
  readonly verification: () => 'always' | 'when-changed';
  readonly now?: () => Date;
}

const changed = (name: string): CloisterError =>
  new CloisterError(
    'model_changed',
    `${name} is not what it was when it was installed. It was taken out of use; get it again.`,
  );

/** The store of a profile. Only Cloister writes it; the engine sees `directory` read-only and never the quarantine. */
export function createModelStore({ profile, verification, now = () => new Date() }: StoreDeps): ModelStore {
  const directory = join(profile, 'models');
  const quarantine = createQuarantine(directory, join(profile, 'quarantine'));
  const records = createRecords(profile);
  const readManifest = createManifestReader(directory);
  const readQuarantined = createManifestReader(quarantine.directory);
  const readWeights = createWeightReader(directory);
  const readTokens = createControlTokenReader(directory);
  const hashed: HashedFiles = new Map();
  const share = createSharedWork<LayerCheck[]>();

  async function describe(model: StoredModel, taken: boolean): Promise<InstalledModel> {
    const record = await records.get(model.display);
    // Weights whose header does not hold are shown and never offered.
    const facts = taken ? null : await readWeights(model.manifest).catch(() => null);
    return {
      name: model.display,
      digest: model.manifest.digest,
      size: totalBytes(model.manifest),
      kind: facts?.kind ?? 'chat',
      state: facts === null ? 'quarantined' : 'approved',
      reason: facts === null ? 'Its weights do not hold together.' : null,
      verified: { at: record?.verifiedAt ?? null, ok: record?.ok ?? null },
    };
  }

  async function locate(name: ModelName): Promise<{ model: StoredModel; taken: boolean } | null> {
    const model = await readManifest(name);
    if (model !== null) return { model, taken: false };
    const taken = await readQuarantined(name).catch(() => null);
    return taken === null ? null : { model: taken, taken: true };
  }

  async function mustLocate(name: string): Promise<{ model: StoredModel; taken: boolean }> {
    const found = await locate(parseName(name));
    if (found === null) throw new CloisterError('model_missing', `The model ${name} is not installed.`);
    return found;
  }

  async function note(model: StoredModel, ok: boolean, manifest: string = model.manifest.digest): Promise<void> {
    await records.set(model.display, { manifest, verifiedAt: now().toISOString(), ok });
  }

  /** Another manifest under a known name is another model, whatever its layers' hashes say. */
  async function isOtherManifest(model: StoredModel, record: ModelRecord | null): Promise<boolean> {
    if (record === null || record.manifest === model.manifest.digest) return false;
    await quarantine.take(model, []);
    await note(model, false, record.manifest);
    return true;
  }

  const hashLayers = (model: StoredModel, signal: AbortSignal | undefined): Promise<LayerCheck[]> =>
    share(
      model.manifest.digest,
      (stop) => checkLayers(directory, model.manifest, { mode: verification(), hashed, signal: stop }),
      signal,
    );

  async function judge(model: StoredModel, layers: readonly LayerCheck[]): Promise<Verification['problem']> {
    const wrong = layers.filter((layer) => !layer.ok && layer.problem !== 'missing');
    if (wrong.length === 0) return layers.every((layer) => layer.ok) ? null : 'missing';
    await quarantine.take(
      model,
      wrong.map((layer) => layer.digest),
    );
    return 'changed';
  }

  async function check(name: string, signal?: AbortSignal): Promise<Verification> {
    const { model, taken } = await mustLocate(name);
    const { display: shown, manifest } = model;
    const record = await records.get(shown);
    if (taken || (await isOtherManifest(model, record))) {
      const layers = await hashLayers(model, signal);
      return { name: shown, digest: manifest.digest, ok: false, problem: taken ? 'changed' : 'manifest', layers };
    }
    const before = new Map(hashed);
    const layers = await hashLayers(model, signal);
    const problem = await judge(model, layers);
    const isNews = layers.some((layer) => hashed.get(layer.digest) !== before.get(layer.digest));
    const ok = problem === null;
    if (!ok || isNews || record?.ok !== true) await note(model, ok);
    return { name: shown, digest: manifest.digest, ok, problem, layers };
  }

  const store: ModelStore = {
    directory,
    quarantine: quarantine.directory,
    incoming: quarantine.incoming,
    async list() {
      const live = await readStore(directory, readManifest);
      const names = new Set(live.models.map((model) => model.display));
      const taken = (await quarantine.list()).filter((model) => !names.has(model.display));
      const described = [
        ...live.models.map((model) => describe(model, false)),
        ...taken.map((model) => describe(model, true)),
      ];
      return (await Promise.all(described)).sort((left, right) => left.name.localeCompare(right.name, 'en'));
    },
    async find(name) {
      const parsed = tryParseName(name);
      const found = parsed === null ? null : await locate(parsed);
      return found === null ? null : describe(found.model, found.taken);
    },
    async manifest(name) {
      const { model, taken } = await mustLocate(name);
      if (taken || (await isOtherManifest(model, await records.get(model.display)))) throw changed(name);
      return readRegular(directory, manifestSegments(model.name), manifestBytes);
    },
    async weights(name) {
      return readWeights((await mustLocate(name)).model.manifest);
    },
    async controlTokens(name) {
      return readTokens((await mustLocate(name)).model.manifest);
    },
    check,
    async verify(name, signal) {
      const { digest, problem } = await check(name, signal);
      if (problem === 'missing')
        throw new CloisterError('model_missing', `A part of ${name} is gone. Get the model again.`);
      if (problem !== null) throw changed(name);
      await readWeights((await mustLocate(name)).model.manifest);
      return { digest };
    },
    async prepare(bytes) {
      await makeFolders(profile, ['models', 'blobs']);
      await makeFolders(profile, ['quarantine', 'incoming']);
      await removeLeftovers(quarantine.incoming, /^\..+\.copy$/);
      await checkDiskSpace(quarantine.incoming, bytes);
    },
    async holds(layer) {
      return (await checkOne(directory, layer, { mode: 'when-changed', hashed })).ok;
    },
    async install(given, bytes, arrived) {
      const name = parseName(given);
      const manifest = parseManifest(bytes);
      await store.prepare(0);
      try {
        await promote(directory, quarantine.incoming, { name, manifest: bytes, arrived }, hashed);
      } catch (thrown) {
        throw fromFileSystem(thrown);
      }
      const model = await readManifest(name);
      if (model?.manifest.digest !== manifest.digest) throw changed(given);
      await quarantine.drop(model);
      await note(model, true);
      return describe(model, false);
    },
    async unreadable() {
      return (await readStore(directory, readManifest)).unreadable;
    },
  };
  return store;
}
