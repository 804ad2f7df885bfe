import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstalledModel } from '../../../shared/contract/types.ts';
import { CloisterError, codeOf } from '../../../shared/errors.ts';
import type { EgressBroker } from '../../egress/types.ts';
import type { Policy } from '../../policy/index.ts';
import { displayName, parseName, type ModelName } from '../names.ts';
import { everyLayer, parseManifest, weightsOf, type Layer } from '../store/manifest.ts';
import { incomingName } from '../store/promote.ts';
import { readWeightFile } from '../store/read-weights.ts';
import type { Arrival } from '../passports/types.ts';
import type { Arrived, ModelStore, PullOptions } from '../types.ts';
import { parseRegistry, registryOf, type RegistryAddress } from './address.ts';
import { createRegistryClient, type RegistryClient } from './client.ts';
import { downloadLayer } from './download-layer.ts';

interface PullDeps {
  readonly store: ModelStore;
  readonly egress: EgressBroker;
  readonly policy: Pick<Policy, 'value'>;
  /** Takes what arrived into quarantine, and decides whether it may run. */
  readonly admit: (arrival: Arrival) => Promise<InstalledModel>;
}

const forbidden = (message: string): CloisterError => new CloisterError('forbidden', message);

/** The registry of this pull and the hosts it may reach, redirects included; throws when policy does not allow it. */
function allowed(name: ModelName, from: string | undefined, policy: Pick<Policy, 'value'>) {
  if (!policy.value('models.allowPull')) throw forbidden('Your administrator does not allow model downloads.');
  const hosts = policy.value('models.registryHosts');
  const address = from === undefined ? registryOf(name) : parseRegistry(from);
  if (hosts.includes(address.host)) return { address, hosts };
  if (from !== undefined && policy.value('models.allowOtherRegistries')) return { address, hosts: [address.host] };
  throw forbidden(`Downloads from ${address.host} are not allowed.`);
}

/** Downloads into quarantine, checks every byte and the weights' header, promotes; the manifest comes last. */
export async function pull(deps: PullDeps, given: string, options: PullOptions): Promise<InstalledModel> {
  const { egress, policy } = deps;
  const name = parseName(given);
  const { address, hosts } = allowed(name, options.from, policy);
  const lease = egress.open(`model download: ${displayName(name)}`, hosts);
  try {
    return await receive(deps, createRegistryClient(lease, address), { name, address }, options);
  } catch (thrown) {
    throw asCloisterError(thrown, address, options.signal);
  } finally {
    lease.close();
  }
}

async function receive(
  { store, admit }: PullDeps,
  client: RegistryClient,
  { name, address }: { name: ModelName; address: RegistryAddress },
  options: PullOptions,
): Promise<InstalledModel> {
  options.signal?.throwIfAborted();
  const bytes = await client.manifest(name, options.signal, options.patience);
  options.onProgress?.({ layer: 'manifest', done: bytes.length, total: bytes.length });
  const manifest = parseManifest(bytes);
  const weights = weightsOf(manifest);
  const missing = await missingLayers(store, everyLayer(manifest));
  await store.prepare(missing.reduce((sum, layer) => sum + layer.size, 0));
  const arrived: Arrived[] = [];
  for (const layer of missing) {
    arrived.push(
      await downloadLayer(client, name, layer, store.incoming, {
        signal: options.signal,
        onBytes: (done) => options.onProgress?.({ layer: layer.digest, done, total: layer.size }),
      }),
    );
    if (layer.digest === weights.digest) await checkWeights(store.incoming, layer);
  }
  const source = { kind: 'registry', address: address.base } as const;
  return admit({ name: displayName(name), manifest: bytes, arrived, source });
}

async function missingLayers(store: ModelStore, layers: readonly Layer[]): Promise<Layer[]> {
  const missing: Layer[] = [];
  for (const layer of layers) if (!(await store.holds(layer))) missing.push(layer);
  return missing;
}

/** A malformed header is found before the engine's parser could meet it. */
async function checkWeights(incoming: string, layer: Layer): Promise<void> {
  try {
    await readWeightFile(incoming, [incomingName(layer.digest)]);
  } catch (thrown) {
    await rm(join(incoming, incomingName(layer.digest)), { force: true });
    throw thrown;
  }
}

function asCloisterError(thrown: unknown, address: RegistryAddress, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true)
    return new CloisterError('cancelled', 'The download was stopped; it continues where it stopped.');
  if (codeOf(thrown) !== 'internal') return thrown;
  return new CloisterError(
    'not_available',
    `${address.host} could not be reached. Check the connection and try again.`,
    {
      cause: thrown,
    },
  );
}
