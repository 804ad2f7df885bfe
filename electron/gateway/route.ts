import type { ServerResponse } from 'node:http';
import type { Asking } from './asking.ts';
import type { LoadedModel, ServedModel } from './types.ts';

/** One request whose caller is known, and what a route may do with it. */
export interface Exchange extends Asking {
  readonly response: ServerResponse;
  readonly readerPatience: number;
  /** The whole body as JSON. Throws what the caller is told. */
  body(): Promise<unknown>;
  /** Approved models that this token may use. */
  models(): Promise<readonly ServedModel[]>;
  loaded(): Promise<readonly LoadedModel[]>;
  engineVersion(): Promise<string>;
  /** Prometheus' text. */
  counters(): string;
  headers(type: string, more?: Readonly<Record<string, string>>): Readonly<Record<string, string>>;
  json(status: number, value: object, more?: Readonly<Record<string, string>>): void;
  /** For the counters: an answer ended badly after its status was out. */
  failedMidway(thrown: unknown): void;
}

export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** What a token must allow; null: any token. */
  readonly scope: string | null;
  /** In whose words problems are told. */
  readonly dialect: 'ollama' | 'openai';
  answer(exchange: Exchange): Promise<void>;
}
