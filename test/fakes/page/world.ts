import type { EventName, EventPayload, Input, Method, Output } from '../../../shared/contract/index.ts';
import type {
  AppStatus,
  Collection,
  Conversation,
  Download,
  EngineStatus,
  InstalledModel,
  LedgerEntry,
  Passport,
  ShownSettings,
  VaultStatus,
} from '../../../shared/contract/types.ts';
import type { ErrorCode } from '../../../shared/errors.ts';
import { engineOf, statusOf } from './engine.ts';
import { emptyCollection, ledger, samples, tenancy } from './ledger.ts';
import type { Asked, Scenario } from './scenario.ts';
import { downloadsOf, modelsOf } from './shelf.ts';
import { conversations } from './talks.ts';

export type Handlers = { readonly [M in Method]: (input: Input<M>) => Output<M> | Promise<Output<M>> };

export class Refusal extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode) {
    super(code);
    this.code = code;
  }
}

export const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

type Unnumbered<E extends EventName> = Omit<EventPayload<E>, 'sequence'>;

/** All that the scripted application holds, changed by its handlers. */
export interface World {
  readonly scenario: Scenario;
  /** Each event counts its own numbers, as the application's do. */
  readonly tell: <E extends EventName>(event: E, payload: Unnumbered<E>) => void;
  /** As `app.changed` carries it. */
  readonly status: () => AppStatus;
  vault: VaultStatus;
  settings: ShownSettings;
  engine: EngineStatus;
  collections: Collection[];
  models: InstalledModel[];
  downloads: Download[];
  /** As far as they were changed. */
  readonly passports: Map<string, Passport>;
  readonly talks: Conversation[];
  readonly entries: Map<string, LedgerEntry[]>;
  /** Requests that the person stopped. */
  readonly stopped: Set<string>;
  asked: Asked | null;
  /** Something was asked for that fits. */
  eased: boolean;
  requests: number;
}

const vaultOf = (scenario: Scenario): VaultStatus => ({
  state: scenario.vault ?? 'unlocked',
  keySource: scenario.vault === 'absent' ? null : (scenario.keySource ?? 'keychain'),
  keychain:
    scenario.keychain === false
      ? { available: false, backend: null, reason: 'No Secret Service answers on the session bus.' }
      : { available: true, backend: 'GNOME Keyring', reason: null },
  schemaVersion: scenario.vault === 'newer' ? 9 : 1,
});

function collectionsOf({ documents = 'some' }: Scenario): Collection[] {
  switch (documents) {
    case 'none':
      return [];
    case 'empty':
      return [emptyCollection];
    case 'samples':
      return [samples];
    case 'ingesting':
      return [{ ...tenancy, embedded: 240 }, samples];
    default:
      return [tenancy, samples, emptyCollection];
  }
}

export function createWorld(scenario: Scenario, emit: (event: EventName, payload: unknown) => void): World {
  const vault = vaultOf(scenario);
  const sequences = new Map<EventName, number>();
  const world: World = {
    scenario,
    status: () => statusOf(world.vault, world.engine, scenario.models === 'changed' ? ['qwen3:8b'] : []),
    tell: (event, payload) => {
      const sequence = (sequences.get(event) ?? 0) + 1;
      sequences.set(event, sequence);
      emit(event, { ...payload, sequence });
    },
    vault,
    settings: {
      theme: scenario.theme ?? 'system',
      guideSeen: scenario.guideSeen ?? scenario.vault !== 'absent',
      idleLock: scenario.idleLockAtMost ?? (vault.keySource === 'passphrase' ? '15' : 'off'),
      idleLockAtMost: scenario.idleLockAtMost ?? null,
      cacheType: 'f16',
      cacheTypeLocked: false,
    },
    engine: engineOf(scenario.engine ?? 'sealed', (scenario.chatModels ?? 2) > 0),
    collections: collectionsOf(scenario),
    models: modelsOf(scenario),
    downloads: downloadsOf(scenario),
    passports: new Map(),
    talks: scenario.talks === 'none' ? [] : conversations.map((one) => ({ ...one })),
    entries: new Map([
      ['tenancy', ledger(scenario.documents === 'many' ? 3000 : 34)],
      ['samples', ledger(0).slice(0, 3)],
    ]),
    stopped: new Set(),
    asked: null,
    eased: false,
    requests: 0,
  };
  return world;
}
