export { resolveAsset, type PageManifest } from './assets.ts';
export { buildBridge, type Subscribe } from './bridge.ts';
export { securityHeaders } from './headers.ts';
export { answerCall, type CallTarget } from './call.ts';
export { decideNavigation } from './navigation.ts';
export { createPageServer, type PageServer } from './page.ts';
export { decidePermission } from './permission.ts';
export { isTrustedSender, type Sender } from './sender.ts';
export {
  assertCallInput,
  assertTransportable,
  inputLimits,
  outputLimits,
  transportProblem,
  type TransportLimits,
} from './transport.ts';
