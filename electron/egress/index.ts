export { createEgressBroker } from './broker.ts';
export {
  proveOffline,
  type OfflineAttempt,
  type OfflineProof,
  type ProveOfflineOptions,
} from './prove-offline/index.ts';
export type * from './types.ts';
