import type { GatewayLimits } from './types.ts';

export const usualLimits: GatewayLimits = {
  header: 16 * 1024,
  // Four large pictures in base64 and a long talk.
  body: 32 * 1024 * 1024,
  request: 60_000,
  token: 120_000,
  reader: 120_000,
  connections: 2048,
};
