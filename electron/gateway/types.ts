import type { InstalledModel } from '../../shared/contract/types.ts';
import type { Caller, InferencePath } from '../inference/types.ts';

export interface GatewayAddress {
  readonly url: string;
  readonly port: number;
}

/** A model as other programs see it. */
export interface ServedModel extends Pick<InstalledModel, 'name' | 'digest' | 'size' | 'kind'> {
  readonly modifiedAt: string;
  readonly family: string | null;
  /** Numbers of the weights; null: unknown. */
  readonly parameters: number | null;
  readonly quantization: string | null;
}

export interface LoadedModel {
  readonly name: string;
  readonly bytes: number;
  readonly gpuBytes: number;
}

/** What the door needs of the house. */
export interface GatewayDeps {
  /** The caller a token stands for, or null. */
  verify(token: string): Promise<Caller | null>;
  readonly path: Pick<InferencePath, 'run'>;
  /** The approved models. */
  models(): Promise<readonly ServedModel[]>;
  loaded(): Promise<readonly LoadedModel[]>;
  engineVersion(): Promise<string>;
  /** Exact values of `Origin` that may ask; usually none. */
  readonly origins: readonly string[];
  /** Trouble that no caller is told of. */
  readonly note: (correlationId: string, what: string, thrown: unknown) => void;
  readonly limits?: Partial<GatewayLimits>;
}

/** Sizes in bytes, times in milliseconds. */
export interface GatewayLimits {
  readonly header: number;
  readonly body: number;
  /** Until the whole request is here. */
  readonly request: number;
  /** Without a token of the answer. */
  readonly token: number;
  /** Without the client taking what was written. */
  readonly reader: number;
  readonly connections: number;
}

export interface Gateway {
  /** Listens on loopback. 0: any free port. Throws `conflict` when the port is taken. */
  start(port: number): Promise<GatewayAddress>;
  /** Ends every request and closes every connection. */
  stop(): Promise<void>;
  readonly address: GatewayAddress | null;
}
