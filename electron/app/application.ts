import type { EventName, EventPayload } from '../../shared/contract/index.ts';
import type {
  AppStatus,
  Check,
  Collection,
  GatewayStatus,
  KeySource,
  Settings,
  ShownSettings,
} from '../../shared/contract/types.ts';
import type { Result } from '../../shared/result.ts';
import type { AuditLog } from '../audit/types.ts';
import type { Chats } from '../chats/index.ts';
import type { Documents, SearchHit } from '../documents/types.ts';
import type { EgressBroker } from '../egress/types.ts';
import type { EngineHandle } from '../engine/index.ts';
import type { AnswerMode } from '../../shared/contract/types.ts';
import type { InferenceEvent, Turn } from '../inference/types.ts';
import type { Models } from '../models/types.ts';
import type { Policy } from '../policy/index.ts';
import type { Vault } from '../vault/types.ts';
import type { DispatchCaller } from './dispatch.ts';
import type { DatabaseTable } from './database-worker.ts';
import type { Ports } from './ports.ts';
import type { Sessions } from './sessions/index.ts';

/** The rooms on the main job's path, made once. Hosts use them for what is not a request to a model. */
export interface Rooms {
  readonly vault: Vault<DatabaseTable>;
  readonly sessions: Sessions;
  readonly audit: AuditLog;
  readonly documents: Documents;
  readonly models: Models;
  readonly engine: EngineHandle;
  readonly egress: EgressBroker;
  readonly policy: Policy;
  readonly chats: Chats;
  /** Bytes a second from the disk with the models; null when it cannot be read past the system's cache. */
  measureDisk(): Promise<number | null>;
}

/** What a person changes; the rest stays. */
export type SettingsChange = { readonly [Key in keyof Settings]?: Settings[Key] | undefined };

type Door = DispatchCaller['origin'];

export interface SearchInput {
  readonly query: string;
  readonly collectionId: string;
  readonly k: number;
  readonly mode: 'hybrid' | 'keyword' | 'vector';
}

export interface AskInput {
  readonly question: string;
  readonly mode: AnswerMode;
  readonly collectionId?: string | undefined;
  readonly model?: string | undefined;
  /** Tokens at most. */
  readonly contextTokens?: number | undefined;
  readonly history?: readonly Turn[];
}

/** One application, whatever shows it. */
export interface Application {
  readonly ports: Ports;
  readonly rooms: Rooms;
  /** Takes the profile. Throws `profile_in_use`, `profile_unsafe`. Nothing is unlocked yet. */
  start(): Promise<void>;
  /** Locks and lets go of everything. Safe to call twice. */
  stop(): Promise<void>;
  /** Takes the profile without opening its vault, for work on its files. Throws `profile_in_use`, `profile_unsafe`. */
  hold(): Promise<void>;
  create(source: { keySource: KeySource; passphrase?: string | undefined }): Promise<void>;
  /** Opens the vault and a new session; does nothing when unlocked. */
  unlock(passphrase?: string): Promise<void>;
  lock(): Promise<void>;
  status(): Promise<AppStatus>;
  settings(change?: SettingsChange): Promise<ShownSettings>;
  doctor(): Promise<Check[]>;
  /** Doctor's lines about the walls that this system refuses; empty where engine and parser are sealed. */
  weakerWalls(): Promise<Check[]>;
  /** Takes the packaged sample documents into a collection of their own. */
  addSamples(onProgress?: (done: number, total: number) => void): Promise<Collection>;
  search(
    input: SearchInput,
    door: Door,
    signal: AbortSignal,
  ): Promise<{ hits: readonly SearchHit[]; ms: number; used: SearchInput['mode'] }>;
  /** Many questions of one collection; each is one entry of the record. Results in order. */
  searchMany(
    input: Omit<SearchInput, 'query'> & { queries: readonly string[] },
    door: Door,
    signal: AbortSignal,
  ): AsyncIterable<readonly SearchHit[]>;
  ask(input: AskInput, door: Door, signal: AbortSignal): AsyncIterable<InferenceEvent>;
  /** Opens the door for other programs, until the lock. Throws `locked`, `forbidden`, `conflict`. */
  serve(port: number): Promise<GatewayStatus>;
  dispatch(method: string, input: unknown, caller: DispatchCaller): Promise<Result<unknown>>;
  onEvent(listener: <E extends EventName>(event: E, payload: EventPayload<E>) => void): () => void;
}
