import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hardware } from '../../../shared/contract/types.ts';
import { policyRegistry, type PolicyKey, type PolicyValues } from '../../../shared/policy/registry.ts';
import type { PolicySource } from '../../../electron/policy/index.ts';
import type { CarryDeps } from '../../../electron/models/create-carry.ts';
import { createModels, type Models, type TrustDeps } from '../../../electron/models/index.ts';
import type { EgressBroker } from '../../../electron/egress/types.ts';
import type { StartTrial } from '../../../electron/models/types.ts';
import { watchedBroker } from '../../fixtures/model-registry.ts';
import { somebody, trustInMemory } from '../../fixtures/model-trust.ts';
import { writeTinyChatModel, writeTinyEmbeddingModel, type TinyModelShape } from '../../fixtures/tiny-chat-model.ts';

const resources = join(import.meta.dirname, '../../../resources');

export interface TestProfile {
  readonly profile: string;
  readonly store: string;
  blob(digest: string): string;
  remove(): void;
}

export function testProfile(): TestProfile {
  const profile = mkdtempSync(join(tmpdir(), 'cloister-models-'));
  return {
    profile,
    store: join(profile, 'models'),
    blob: (digest) => join(profile, 'models', 'blobs', digest.replace(':', '-')),
    remove: () => rmSync(profile, { recursive: true, force: true }),
  };
}

const policyWith = (change: Partial<PolicyValues> = {}) => ({
  value: <Key extends PolicyKey>(key: Key): PolicyValues[Key] =>
    (change[key] ?? policyRegistry[key].usual) as PolicyValues[Key],
  source: (key: PolicyKey): PolicySource => (change[key] === undefined ? 'usual' : 'policy'),
  /** Where nothing lies. */
  path: join(tmpdir(), 'cloister-no-policy', 'policy.json'),
});

const computer = (memory: number): Hardware => ({
  memory: { totalBytes: memory + 4e9, freeBytes: memory },
  cpu: { model: 'any', cores: 2 },
  gpus: [],
});

export function modelsIn(
  profile: string,
  options: {
    memory?: number;
    policy?: Partial<PolicyValues>;
    egress?: EgressBroker;
    cache?: string;
    trust?: TrustDeps;
    carry?: CarryDeps;
    trial?: StartTrial;
  } = {},
): Models {
  return createModels({
    profile,
    resources,
    hardware: () => Promise.resolve(computer(options.memory ?? 16e9)),
    policy: policyWith(options.policy),
    egress: options.egress ?? watchedBroker(),
    cache: options.cache,
    trust: options.trust ?? trustInMemory('absent'),
    carry: options.carry,
    trial: options.trial,
  });
}

/** The same with an open vault, in which every model that lies there is approved by somebody. */
export async function approvedModelsIn(profile: string, options: Parameters<typeof modelsIn>[1] = {}): Promise<Models> {
  const models = modelsIn(profile, { trust: trustInMemory(), ...options });
  await models.passports.open();
  for (const { name } of await models.store.list()) await models.passports.approve(name, somebody);
  return models;
}

function tiny(write: (file: string, shape: Partial<TinyModelShape>) => void, shape: Partial<TinyModelShape>): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'cloister-tiny-'));
  try {
    write(join(folder, 'tiny.gguf'), shape);
    return readFileSync(join(folder, 'tiny.gguf'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const tinyChat = (shape: Partial<TinyModelShape> = {}): Buffer => tiny(writeTinyChatModel, shape);
export const tinyEmbedder = (shape: Partial<TinyModelShape> = {}): Buffer => tiny(writeTinyEmbeddingModel, shape);
