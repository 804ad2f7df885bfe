import { join } from 'node:path';
import { createEgressBroker } from '../../electron/egress/index.ts';
import {
  checkEmbedder,
  createModels,
  embedderName,
  trustOfCache,
  type ModelStore,
  type PullProgress,
} from '../../electron/models/index.ts';
import { readPolicy } from '../../electron/policy/index.ts';
import { codeOf } from '../../shared/errors.ts';
import type { Hardware } from '../../shared/contract/types.ts';

/** Long enough for a slow line, short enough not to hold up a set-up without one. */
const patience = 5_000;

const nothingKnown: Hardware = {
  memory: { totalBytes: 0, freeBytes: 0 },
  cpu: { model: 'unknown', cores: 1 },
  gpus: [],
};

const egressThread = join(import.meta.dirname, '../../electron/egress/thread/entry.ts');

/** An administrator's word: then no other place on the network is asked either. */
const forbidden = new Error(
  'Your administrator does not allow model downloads. Give the model: CLOISTER_EMBEDDER=<GGUF file or folder of all-MiniLM-L6-v2> npm run setup.',
);

/** Asks the model registry, through the broker and as policy allows. False when it cannot be reached. */
export async function pullEmbedder(store: ModelStore, cache: string, report: (text: string) => void): Promise<boolean> {
  const models = createModels({
    profile: cache,
    resources: cache,
    hardware: () => Promise.resolve(nothingKnown),
    policy: await readPolicy(),
    egress: createEgressBroker({ thread: egressThread }),
    trust: trustOfCache,
    isCache: true,
  });
  try {
    await models.pull(embedderName, { patience, onProgress: inTenths(report) });
  } catch (thrown) {
    if (codeOf(thrown) === 'forbidden') throw forbidden;
    report(`The model registry cannot be used: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    return false;
  }
  checkEmbedder(await store.weights(embedderName));
  return true;
}

/** One line for each tenth of the weights; the other layers are small. */
function inTenths(report: (text: string) => void): (progress: PullProgress) => void {
  let told = -1;
  return ({ done, total }) => {
    const tenth = Math.floor((done / total) * 10);
    if (total < 10e6 || tenth === told) return;
    told = tenth;
    report(`Getting the embedding model from the model registry: ${tenth * 10} %`);
  };
}
