export { ask, attempt, hasBridge } from './client.ts';
export { listen } from './events.ts';
export { BridgeFailure, failureFrom, failureOf, type Failure } from './failure.ts';
export { createSequenceWatch } from './sequence.ts';
