import { join } from 'node:path';
import type { InstalledModel } from '../../../shared/contract/types.ts';
import type { EgressLease } from '../../egress/types.ts';
import type { Digest } from '../digests.ts';
import { displayName, type ModelName } from '../names.ts';
import type { RegistryAddress } from '../registry/address.ts';
import { createRegistryClient } from '../registry/client.ts';
import type { Hasher } from '../store/hasher.ts';
import { everyLayer, parseManifest, totalBytes, weightsOf, type Layer, type Manifest } from '../store/manifest.ts';
import { incomingName } from '../store/promote.ts';
import { readWeightFile } from '../store/read-weights.ts';
import type { Arrival } from '../passports/types.ts';
import type { ModelStore, PullProgress } from '../types.ts';
import { downloadLayer } from './download-layer.ts';
import { checkBeside } from './check-beside.ts';
import type { Line } from './line.ts';
import type { Plan } from './one-download.ts';
import { bytesInPart, removePart } from './partial-file.ts';

/** A model whose every byte came and is what its manifest says; still in quarantine's `incoming` folder. */
export interface ArrivedModel {
  readonly name: string;
  readonly manifest: Manifest;
  /** Where the weights lie, or null when the store had them. */
  readonly weights: string | null;
  readonly signal: AbortSignal;
}

/** Runs before promotion. Throws to refuse the model; the weights are then removed. */
export type ArrivalCheck = (model: ArrivedModel) => Promise<void>;

/** Takes what arrived where it belongs, and decides whether it may run. */
export type Install = (arrival: Arrival) => Promise<InstalledModel>;

/** What all downloads have in common. */
export interface FetchDeps {
  readonly store: Pick<ModelStore, 'incoming' | 'holds' | 'prepare'>;
  readonly hash: Hasher;
  readonly onArrived: ArrivalCheck;
  readonly install: Install;
  /** One download of a layer at a time: two models may share it. */
  readonly during: <Value>(digest: Digest, signal: AbortSignal, work: () => Promise<Value>) => Promise<Value>;
  /** Bytes that other downloads under way still need of the disk. */
  readonly promised: () => number;
}

/** One of them. */
export interface Fetch {
  readonly id: string;
  readonly name: ModelName;
  readonly address: RegistryAddress;
  readonly lease: EgressLease;
  readonly line: Line;
  readonly signal: AbortSignal;
  readonly patience?: number | undefined;
  /** The manifest is known. */
  readonly onPlan: (plan: Plan) => Promise<void>;
  readonly onLayer: (progress: PullProgress) => void;
  /** The last byte came. */
  readonly onChecking: () => void;
}

async function missingLayers(store: FetchDeps['store'], layers: readonly Layer[]): Promise<Layer[]> {
  const missing: Layer[] = [];
  for (const layer of layers) if (!(await store.holds(layer))) missing.push(layer);
  return missing;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Downloads into quarantine, all layers at once, checks every byte and the weights, installs; the manifest comes last. */
export async function fetchModel(deps: FetchDeps, fetch: Fetch): Promise<InstalledModel> {
  const { store } = deps;
  const { name, signal } = fetch;
  const client = createRegistryClient(fetch.lease, fetch.address, name);
  const bytes = await client.manifest(signal, fetch.patience);
  fetch.onLayer({ layer: 'manifest', done: bytes.length, total: bytes.length });
  const manifest = parseManifest(bytes);
  const weights = weightsOf(manifest);
  const missing = await missingLayers(store, everyLayer(manifest));
  const there = sum(await Promise.all(missing.map((layer) => bytesInPart(store.incoming, layer))));
  const needed = sum(missing.map((layer) => layer.size));
  const total = totalBytes(manifest);
  await fetch.onPlan({ total, held: total - needed, there, missing: missing.map((layer) => layer.digest) });
  await store.prepare(needed - there + deps.promised());

  // The small ones first: they are there at once, and the weights' lanes fill what is left.
  const inOrder = missing.toSorted((left, right) => left.size - right.size);
  const isNew = missing.some((layer) => layer.digest === weights.digest);
  const path = isNew ? join(store.incoming, incomingName(weights.digest)) : null;
  const begin = (until: AbortSignal): Promise<void> =>
    deps.onArrived({ name: displayName(name), manifest, weights: path, signal: until });
  const check = checkBeside(missing.length, begin, signal);
  const arrived = await allOrNone(signal, (stop) =>
    inOrder.map((layer) =>
      deps.during(layer.digest, stop, async () => {
        const onBytes = (done: number): void => fetch.onLayer({ layer: layer.digest, done, total: layer.size });
        // Another download may have brought it meanwhile.
        if (await store.holds(layer)) {
          onBytes(layer.size);
          check.written();
          return null;
        }
        return downloadLayer(layer, {
          client,
          connection: (until) => fetch.line.take(fetch.id, until),
          hash: deps.hash,
          incoming: store.incoming,
          signal: stop,
          onBytes,
          onWritten: () => check.written(),
        });
      }),
    ),
  ).catch(async (thrown: unknown) => {
    await check.drop();
    throw thrown;
  });
  fetch.onChecking();
  const checking = performance.now();
  try {
    await check.verdict();
  } catch (thrown) {
    if (isNew && !signal.aborted) await removePart(store.incoming, weights.digest);
    throw thrown;
  }
  return deps.install({
    name: displayName(name),
    manifest: bytes,
    arrived: arrived.filter((each) => each !== null),
    source: { kind: 'registry', address: fetch.address.base },
    checkMs: performance.now() - checking,
  });
}

/** When one fails the others are stopped, and waited for: nothing writes on when this has ended. */
async function allOrNone<Value>(
  signal: AbortSignal,
  begin: (signal: AbortSignal) => readonly Promise<Value>[],
): Promise<Value[]> {
  const stop = new AbortController();
  const running = begin(AbortSignal.any([signal, stop.signal]));
  try {
    return await Promise.all(running);
  } catch (thrown) {
    stop.abort(thrown);
    await Promise.allSettled(running);
    throw thrown;
  }
}

/** The least that is checked of any model: a malformed header is found before the engine's parser could meet it. */
export const checkHeader: ArrivalCheck = async ({ weights }) => {
  if (weights !== null) await readWeightFile(weights, []);
};
