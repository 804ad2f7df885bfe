import type { z } from 'zod';
import { appContract } from './app.ts';
import { auditContract } from './audit.ts';
import { chatsContract } from './chats.ts';
import { documentsContract } from './documents.ts';
import { gatewayContract } from './gateway.ts';
import { modelsContract } from './models.ts';
import { vaultContract } from './vault.ts';

/** Everything the page may ask of the application. Handlers, bridge and client are built from this in loops. */
export const contract = {
  ...vaultContract,
  ...appContract,
  ...documentsContract,
  ...chatsContract,
  ...modelsContract,
  ...auditContract,
  ...gatewayContract,
} as const;

export type Contract = typeof contract;
export type Method = keyof Contract;
/** What a caller passes (defaults may be left out). */
export type Input<M extends Method> = z.input<Contract[M]['input']>;
/** What a handler receives (defaults filled in). */
export type Parsed<M extends Method> = z.output<Contract[M]['input']>;
export type Output<M extends Method> = z.output<Contract[M]['output']>;

export const methodNames = Object.keys(contract) as readonly Method[];

export { events, type EventName, type EventPayload } from './events.ts';
