import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import type { CacheType, VaultStatus } from '../../shared/contract/types.ts';
import { CloisterError } from '../../shared/errors.ts';
import { createAuditLog } from '../audit/index.ts';
import { createChats, type ChatsDeps } from '../chats/index.ts';
import { createDocuments, createParser } from '../documents/index.ts';
import type { Embedder, Parser } from '../documents/types.ts';
import { createEgressBroker } from '../egress/index.ts';
import { createEngine, type EngineHandle } from '../engine/index.ts';
import { createInferencePath } from '../inference/index.ts';
import type { InferencePath } from '../inference/types.ts';
import { createModelChecker, createModels } from '../models/index.ts';
import type { Models } from '../models/types.ts';
import type { DiagnosticsLog } from '../observe/index.ts';
import { readPolicy } from '../policy/index.ts';
import { createVault } from '../vault/index.ts';
import type { Keychain, Vault } from '../vault/types.ts';
import type { Rooms } from './application.ts';
import type { DatabaseTable } from './database-worker.ts';
import { machineFor, measureModelDisk } from './machine.ts';
import { createCacheChoice, type CacheChoice } from './cache-choice.ts';
import { createLoadedModels } from './loaded-models.ts';
import type { Ports } from './ports.ts';
import { createSessions } from './sessions/index.ts';
import { createTrialEngines } from './trial-engine.ts';
import type { UnderWay } from './under-way.ts';

export interface BuiltRooms extends Rooms {
  /** The keychain for this unlock, or null: a vault in memory leaves nothing anywhere. Set before record and session open. */
  useKeychain(keychain: Keychain | null): void;
  readonly path: InferencePath;
  readonly cacheChoice: CacheChoice;
  readonly parser: Parser;
}

/** Milliseconds, monotonic: durations never jump with the clock. */
export const monotonic = (): number => performance.now();

/** Who sits at this machine, for the record: the account, not a name. */
export const localSubject = (): string => `${userInfo().username}@${hostname()}`;

const vaultStateOf = ({ state }: VaultStatus): 'absent' | 'locked' | 'unlocked' =>
  state === 'absent' || state === 'unlocked' ? state : 'locked';

const readCacheType = async (vault: Vault<DatabaseTable>): Promise<CacheType> =>
  (await vault.database.call('settings.write', { change: {} })).cacheType;

/** Verifies the weights while the engine starts: neither waits for the other. */
function createEmbedder(models: Models, engine: EngineHandle): Embedder {
  return {
    async model() {
      const model = await models.installEmbedder();
      return model === null ? null : { name: model.name, digest: model.digest };
    },
    async embed(texts, signal) {
      const model = await models.embeddingModel();
      if (model === null)
        throw new CloisterError('model_missing', 'The embedding model is not installed. Run: npm run setup');
      const [client] = await Promise.all([engine.client(), models.store.verify(model.name, signal)]);
      const vectors = await client.embed(model.name, texts, signal);
      await models.confirmLoad(model.name);
      return vectors;
    },
  };
}

/** Makes every room once, by hand, in the order in which they need each other. Nothing is opened or started here. */
export async function createRooms(
  ports: Ports,
  deps: { diagnostics: DiagnosticsLog; underWay: UnderWay; onChatProgress: ChatsDeps['onProgress'] },
): Promise<BuiltRooms> {
  const { profile, entries, keychain } = ports;
  const policy = await readPolicy();
  const vault: Vault<DatabaseTable> = createVault<DatabaseTable>({
    profile,
    keychain,
    workerPath: entries.databaseWorker,
  });
  const cacheChoice = createCacheChoice(policy);
  vault.onChange(({ state }) => {
    if (state === 'unlocked') cacheChoice.read(readCacheType(vault));
  });
  const policyPath = policy.value('engine.path');
  const egress = createEgressBroker({ thread: entries.egressWorker });
  const engineDeps = {
    profile,
    runtime: { node: entries.node, keeper: entries.engineKeeper },
    cacheType: () => cacheChoice.settled(),
    policy: {
      ...(policyPath === null
        ? {}
        : { engine: { path: policyPath, sha256: policy.value('engine.sha256') ?? undefined } }),
      requireNamespace: !policy.value('engine.allowPortFallback'),
    },
  };
  const engine = createEngine({ ...engineDeps, models: join(profile, 'models') });
  const models = createModels({
    profile,
    resources: entries.resources,
    ...machineFor(engine),
    cacheType: () => cacheChoice.now(),
    policy,
    egress,
    trial: createTrialEngines(engineDeps),
    carry: {
      checker: createModelChecker({
        entry: entries.modelChecker,
        node: entries.node,
        requireNamespace: policy.value('parser.requireNamespace'),
      }),
      signingSeed: () => vault.derive('model-signing'),
    },
    trust: {
      vault: { database: () => vault.database, state: async () => vaultStateOf(await vault.status()) },
      audit: () => audit,
      engine: createLoadedModels(engine, monotonic),
      hashWorker: entries.hashWorker,
      warn: (what, thrown) => deps.diagnostics.note('models', what, thrown),
    },
  });
  let keychainInUse: Keychain | null = null;
  const sessions = createSessions({ keychain: () => keychainInUse, vaultId: () => vault.id ?? '', now: Date.now });
  const audit = createAuditLog({
    database: () => vault.database,
    derive: (purpose) => vault.derive(purpose),
    keychain: () => keychainInUse,
    vaultId: () => vault.id ?? '',
    clock: () => new Date(),
    warn: (problem, cause) => deps.diagnostics.note('audit', problem, cause),
  });
  const parser = createParser({
    entry: entries.parser,
    node: entries.node,
    requireNamespace: policy.value('parser.requireNamespace'),
    isolation: policy.value('parser.isolation'),
  });
  const documents = createDocuments({
    database: vault.database,
    parser,
    embedder: createEmbedder(models, engine),
    clock: () => new Date(),
  });
  const path = deps.underWay.counting(
    createInferencePath({ sessions, documents, models, engine, audit, now: monotonic }),
  );
  const chats = createChats({
    database: () => vault.database,
    path,
    tokenFor: (origin) => sessions.tokenFor(origin),
    onProgress: deps.onChatProgress,
    now: () => new Date(),
  });
  const useKeychain = (chosen: Keychain | null): void => void (keychainInUse = chosen);
  const measureDisk = (): Promise<number | null> => measureModelDisk(models.store.directory);
  return {
    cacheChoice,
    measureDisk,
    useKeychain,
    policy,
    vault,
    egress,
    engine,
    models,
    sessions,
    audit,
    parser,
    documents,
    path,
    chats,
  };
}
