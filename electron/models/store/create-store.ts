import { join } from 'node:path';
import type { InstalledModel } from '../../../shared/contract/types.ts';
import { parseName, tryParseName, type ModelName } from '../names.ts';
import type { ModelStore, Standing, Verification } from '../types.ts';
import { checkOne, type HashedFiles } from './check-layers.ts';
import { checkDiskSpace } from './disk-space.ts';
import { fromFileSystem, makeFolders, readRegular, writeAtomically } from './files.ts';
import { changed, createFinder, type Located } from './finder.ts';
import { hashHere, type Hasher } from './hasher.ts';
import { blobSegments, manifestSegments, under } from './layout.ts';
import { removeLeftovers } from './leftovers.ts';
import { everyLayer, manifestBytes, parseManifest, type Manifest } from './manifest.ts';
import { incomingName, promote, type Arrived, type Origin } from './promote.ts';
import { createQuarantine } from './quarantine.ts';
import { createControlTokenReader } from './read-control-tokens.ts';
import { readStore } from './read-manifests.ts';
import { createRecords } from './records.ts';
import { createTryOuts } from './try-out.ts';
import { createVerifier } from './verifier.ts';

interface StoreDeps {
  /** Holds `models/`, `quarantine/` and `models.json`, on one file system. */
  readonly profile: string;
  readonly verification: () => 'always' | 'when-changed';
  /** What was decided about a manifest under a name; of a name alone when its manifest cannot be read. */
  readonly standing: (name: string, manifest: Manifest | null) => Standing;
  /** A model was found changed and taken out of the engine's sight. */
  readonly onChanged?: (name: string, problem: 'changed' | 'manifest') => Promise<void>;
  /** Files were hashed. */
  readonly onVerified?: (found: Verification, milliseconds: number) => Promise<void>;
  /** True while the engine holds the model in memory: nothing is read from its files then. */
  readonly isLoaded?: (name: string) => Promise<boolean>;
  readonly hash?: Hasher;
  readonly now?: () => Date;
}

/** The store of a profile. Only Cloister writes it; the engine sees `directory` read-only and never the quarantine. */
export function createModelStore(deps: StoreDeps): ModelStore {
  const { profile, verification, standing, onChanged, isLoaded, hash = hashHere, now = () => new Date() } = deps;
  const directory = join(profile, 'models');
  const quarantine = createQuarantine(directory, join(profile, 'quarantine'));
  const records = createRecords(profile);
  const readTokens = createControlTokenReader(directory);
  const hashed: HashedFiles = new Map();
  let ownWrites = 0;
  const writing = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    ownWrites += 1;
    try {
      return await work();
    } finally {
      ownWrites += 1;
    }
  };
  const shared = { directory, quarantine, records, standing, onChanged, writing };
  const finder = createFinder({ ...shared, now });
  const { readManifest, readQuarantined, note } = finder;
  const mustLocate = (name: string) => finder.mustLocate(name);
  const verifier = createVerifier({
    ...{ ...shared, finder, hashed, hash, verification, isLoaded },
    onVerified: deps.onVerified,
    ownWrites: () => ownWrites,
  });

  const put = async (to: { root: string; beside?: string }, from: Origin, model: Parameters<typeof promote>[1]) => {
    try {
      await writing(() => promote({ to: to.root, beside: to.beside, from, hashed, hash }, model));
    } catch (thrown) {
      throw fromFileSystem(thrown);
    }
  };
  const incoming: Origin = { root: quarantine.incoming, segments: (digest) => [incomingName(digest)] };
  const held: Origin = { root: quarantine.directory, segments: blobSegments };

  /** Into the engine's sight. */
  async function promoteLive(name: ModelName, bytes: Uint8Array, from: Origin, arrived: readonly Arrived[]) {
    const manifest = parseManifest(bytes);
    await put({ root: directory }, from, { name, manifest: bytes, arrived });
    const model = await readManifest(name);
    if (model?.manifest.digest !== manifest.digest) throw changed(name.model);
    await note(model, true);
    return model;
  }

  /** Approved weights held together once; where they do not any more, all is hashed, so that what changed is taken out and told. */
  async function described(found: Located): Promise<InstalledModel> {
    const seen = await finder.describe(found);
    const { display, manifest, name } = found.model;
    if (found.taken || seen.state !== 'quarantined' || standing(display, manifest).state !== 'approved') return seen;
    await verifier.check(display, { mode: 'always' }).catch(() => null);
    const again = await finder.locate(name).catch(() => null);
    return again === null ? seen : finder.describe(again);
  }

  const store: ModelStore = {
    directory,
    quarantine: quarantine.directory,
    incoming: quarantine.incoming,
    ...verifier,
    tryOut: createTryOuts({ directory, quarantine, finder, hashed, hash, ownWrites: () => ownWrites }),
    async list() {
      const live = await readStore(directory, readManifest);
      const names = new Set(live.models.map((model) => model.display));
      const taken = (await quarantine.list()).filter((model) => !names.has(model.display));
      const located = [
        ...live.models.map((model) => ({ model, taken: false })),
        ...taken.map((model) => ({ model, taken: true })),
      ];
      const models = await Promise.all(located.map(described));
      return models.sort((left, right) => left.name.localeCompare(right.name, 'en'));
    },
    async find(name) {
      const parsed = tryParseName(name);
      const found = parsed === null ? null : await finder.locate(parsed);
      return found === null ? null : described(found);
    },
    async manifest(name) {
      const { model, taken } = await mustLocate(name);
      if (taken || (await finder.isOtherManifest(model, await records.get(model.display)))) throw changed(name);
      return readRegular(directory, manifestSegments(model.name), manifestBytes);
    },
    weights: async (name) => finder.weightsOf(await mustLocate(name)),
    controlTokens: async (name) => readTokens((await mustLocate(name)).model.manifest),
    async prepare(bytes) {
      await makeFolders(profile, ['models', 'blobs']);
      await makeFolders(profile, ['quarantine', 'incoming']);
      await removeLeftovers(quarantine.incoming, /^\..+\.copy$/);
      await checkDiskSpace(quarantine.incoming, bytes);
    },
    async holds(layer) {
      const options = { mode: 'when-changed', hashed, hash } as const;
      return (await checkOne(directory, layer, options)).ok || (await checkOne(quarantine.place, layer, options)).ok;
    },
    async hold(given, bytes, arrived) {
      const name = parseName(given);
      parseManifest(bytes);
      await store.prepare(0);
      const to = { root: quarantine.directory, beside: directory };
      await put(to, incoming, { name, manifest: bytes, arrived });
      const model = await readQuarantined(name);
      if (model === null) throw changed(given);
      if ((await readManifest(name)) === null) await note(model, true);
    },
    async keep(given, bytes) {
      const segments = manifestSegments(parseName(given));
      await makeFolders(quarantine.directory, segments.slice(0, -1));
      await writeAtomically(under(quarantine.directory, segments), bytes);
    },
    async release(given, bytes) {
      const name = parseName(given);
      const arrived = everyLayer(parseManifest(bytes)).flatMap(({ digest }) => {
        const identity = hashed.get(digest);
        return identity === undefined ? [] : [{ digest, identity }];
      });
      const { manifest } = await promoteLive(name, bytes, held, arrived);
      const waiting = await readQuarantined(name).catch(() => null);
      if (waiting?.manifest.digest === manifest.digest) await quarantine.drop(waiting);
    },
    async doubt(given) {
      const model = await readManifest(parseName(given));
      if (model === null) return;
      await records.set(model.display, { manifest: model.manifest.digest, verifiedAt: null, ok: null });
    },
    async withdraw(given) {
      const model = await readManifest(parseName(given));
      if (model !== null) await writing(() => quarantine.withdraw(model));
    },
    async discard(given, layers, kept) {
      await writing(() => quarantine.discard(parseName(given), layers, kept));
    },
    async versions(given) {
      const name = parseName(given);
      const live = await readManifest(name).catch(() => null);
      const waiting = await readQuarantined(name).catch(() => null);
      return { live: live?.manifest ?? null, waiting: waiting?.manifest ?? null };
    },
    async bytesOf(given, which) {
      const root = which === 'live' ? directory : quarantine.directory;
      return readRegular(root, manifestSegments(parseName(given)), manifestBytes);
    },
    place: quarantine.place,
    async install(given, bytes, arrived) {
      const name = parseName(given);
      parseManifest(bytes);
      await store.prepare(0);
      const model = await promoteLive(name, bytes, incoming, arrived);
      await quarantine.drop(model);
      return finder.describe({ model, taken: false });
    },
    async unreadable() {
      return (await readStore(directory, readManifest)).unreadable;
    },
  };
  return store;
}
