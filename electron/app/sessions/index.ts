export { createSessions, tokenLifetime } from './create-sessions.ts';
export type { ClientGrant, ClientToken, Sessions } from './types.ts';
