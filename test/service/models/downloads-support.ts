import { join } from 'node:path';
import { createDownloads } from '../../../electron/models/downloads/create-downloads.ts';
import type { ArrivalCheck } from '../../../electron/models/downloads/fetch-model.ts';
import type { Downloads } from '../../../electron/models/downloads/types.ts';
import { createHasher } from '../../../electron/models/store/hasher.ts';
import type { EgressBroker } from '../../../electron/egress/types.ts';
import { policyRegistry, type PolicyKey, type PolicyValues } from '../../../shared/policy/registry.ts';
import { watchedBroker } from '../../fixtures/model-registry.ts';
import { modelsIn } from './support.ts';

const hashWorker = join(import.meta.dirname, '../../../electron/models/store/hash-worker.ts');

/** The downloads of a profile over its real store; what arrives goes straight into it. */
export function downloadsIn(
  profile: string,
  {
    egress = watchedBroker(),
    onArrived = () => Promise.resolve(),
    policy = {},
  }: { egress?: EgressBroker; onArrived?: ArrivalCheck; policy?: Partial<PolicyValues> } = {},
): Downloads {
  const { store } = modelsIn(profile);
  return createDownloads({
    profile,
    store,
    egress,
    policy: {
      value: <Key extends PolicyKey>(key: Key) => (policy[key] ?? policyRegistry[key].usual) as PolicyValues[Key],
    },
    hash: createHasher(hashWorker),
    onArrived,
    install: (arrival) => store.install(arrival.name, arrival.manifest, arrival.arrived),
  });
}

/** The download's end: the model, or the error it ended with. */
export const ending = (downloads: Downloads, id: string) =>
  downloads.finished(id).catch((thrown: unknown) => thrown as { code: string; message: string });

export async function pullIn(downloads: Downloads, name: string, from: string) {
  const { id } = await downloads.start(name, { from });
  return { id, outcome: await ending(downloads, id) };
}
