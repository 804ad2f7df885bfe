import { createHmac, timingSafeEqual } from 'node:crypto';

/** Who speaks: a proof of one side is none of the other. */
type Side = 'caller' | 'holder';

/** HMAC-SHA-256 over the side, the other side's nonce and the message: shows the key without sending it. Hex. */
export const proofOf = (key: Uint8Array, side: Side, nonce: string, message: string): string =>
  createHmac('sha256', key).update(`cloister/control/${side}\n${nonce}\n${message}`).digest('hex');

export function holds(key: Uint8Array, side: Side, nonce: string, message: string, given: string): boolean {
  const wanted = Buffer.from(proofOf(key, side, nonce, message));
  const found = Buffer.from(given);
  return wanted.length === found.length && timingSafeEqual(wanted, found);
}
