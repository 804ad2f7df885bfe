export { createEgressBroker } from './broker.ts';
export type * from './types.ts';
