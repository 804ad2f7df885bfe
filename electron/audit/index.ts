export { anchorAdvice } from './advice.ts';
export { checkpointAccount, createAuditLog, type AuditDeps } from './log.ts';
export { canonicalJson } from './canonical.ts';
