import type { InstalledModel } from '../../../shared/contract/types.ts';
import { CloisterError } from '../../../shared/errors.ts';
import { displayName, parseName, type ModelName } from '../names.ts';
import type { Standing } from '../types.ts';
import { totalBytes, type Manifest } from './manifest.ts';
import type { Quarantine } from './quarantine.ts';
import { createManifestReader, type StoredModel } from './read-manifests.ts';
import { createWeightReader } from './read-weights.ts';
import type { ModelRecord, ModelRecords } from './records.ts';

export const changed = (name: string): CloisterError =>
  new CloisterError(
    'model_changed',
    `${name} is not what it was when it was installed. It was taken out of use; get it again.`,
  );

/** A model, and whether it lies in quarantine. */
export interface Located {
  readonly model: StoredModel;
  readonly taken: boolean;
}

interface FinderDeps {
  readonly directory: string;
  readonly quarantine: Quarantine;
  readonly records: ModelRecords;
  readonly standing: (name: string, manifest: Manifest | null) => Standing;
  readonly onChanged: ((name: string, problem: 'changed' | 'manifest') => Promise<void>) | undefined;
  readonly writing: <Value>(work: () => Promise<Value>) => Promise<Value>;
  readonly now: () => Date;
}

/** Finds models by name, and takes a manifest that has no business in the engine's sight out of it when it meets one. */
export function createFinder({ directory, quarantine, records, standing, onChanged, writing, now }: FinderDeps) {
  const readManifest = createManifestReader(directory);
  const readQuarantined = createManifestReader(quarantine.directory);
  const readWeights = createWeightReader(() => directory);
  const readHeldWeights = createWeightReader(quarantine.place);

  /** Takes a manifest that is not the one that was approved out of the engine's sight. */
  async function takeIntruder(name: ModelName): Promise<void> {
    await writing(() => quarantine.takeManifest(name));
    await onChanged?.(displayName(name), 'manifest');
  }

  /** The manifest in the engine's sight; throws where it is another than the approved one. */
  async function readLive(name: ModelName): Promise<StoredModel | null> {
    try {
      const model = await readManifest(name);
      if (model === null || standing(model.display, model.manifest).isOther !== true) return model;
    } catch (thrown) {
      if (standing(displayName(name), null).isOther !== true) throw thrown;
    }
    await takeIntruder(name);
    throw changed(displayName(name));
  }

  async function locate(name: ModelName): Promise<Located | null> {
    const model = await readLive(name);
    if (model !== null) return { model, taken: false };
    const taken = await readQuarantined(name).catch(() => null);
    return taken === null ? null : { model: taken, taken: true };
  }

  const note = (model: StoredModel, ok: boolean, manifest: string = model.manifest.digest): Promise<void> =>
    records.set(model.display, { manifest, verifiedAt: now().toISOString(), ok });

  return {
    readManifest,
    readQuarantined,
    readWeights,
    locate,
    note,
    /** The header of the weights, wherever they lie. */
    weightsOf: ({ model, taken }: Located) => (taken ? readHeldWeights : readWeights)(model.manifest),
    async mustLocate(name: string): Promise<Located> {
      const found = await locate(parseName(name));
      if (found === null) throw new CloisterError('model_missing', `The model ${name} is not installed.`);
      return found;
    },
    /** Another manifest under a known name is another model, whatever its layers' hashes say. */
    async isOtherManifest(model: StoredModel, record: ModelRecord | null): Promise<boolean> {
      if (record === null || record.manifest === model.manifest.digest) return false;
      await takeIntruder(model.name);
      await note(model, false, record.manifest);
      return true;
    },
    async describe({ model, taken }: Located): Promise<InstalledModel> {
      const record = await records.get(model.display);
      // Weights whose header does not hold are shown and never offered.
      const facts = await (taken ? readHeldWeights : readWeights)(model.manifest).catch(() => null);
      const decided = standing(model.display, model.manifest);
      const unsound = facts === null && decided.state !== 'blocked';
      const state = unsound || (taken && decided.state === 'approved') ? 'quarantined' : decided.state;
      return {
        name: model.display,
        digest: model.manifest.digest,
        size: totalBytes(model.manifest),
        kind: facts?.kind ?? 'chat',
        state,
        // Where they were found changed, that is why.
        reason: unsound && record?.ok !== false ? 'Its weights do not hold together.' : decided.reason,
        verified: { at: record?.verifiedAt ?? null, ok: record?.ok ?? null },
      };
    },
  };
}

export type Finder = ReturnType<typeof createFinder>;
