import { verify, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { CloisterError } from '../../../shared/errors.ts';
import { listedRegistry, type Publisher } from '../../../shared/policy/registry.ts';
import { fingerprint, parsePublicKey } from '../signing/keys.ts';

/** A list of the most publishers with the most keys takes less. Bytes. */
export const listBytes = 1024 * 1024;

/** Neither control nor formatting characters: what is shown is what was signed. */
const name = z
  .string()
  .min(1)
  .max(120)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u);

const schema = z.strictObject({
  /** Says what is signed: a signature for this can be one for nothing else. */
  type: z.literal('cloister-publishers'),
  version: z.literal(1),
  /** Grows with every list that the same key signs; an older one is not taken back. */
  sequence: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
  validUntil: z.iso.datetime(),
  publishers: z
    .array(
      z.strictObject({
        name,
        registries: z.array(listedRegistry).max(16).default([]),
        /** Public keys: SubjectPublicKeyInfo, DER, base64. */
        keys: z.array(z.string().max(1024)).max(16).default([]),
      }),
    )
    .max(256),
});

export interface PublisherList {
  readonly sequence: number;
  readonly validUntil: string;
  /** One entry for each registry and each key, in the form that policy has. */
  readonly publishers: readonly Publisher[];
}

/** Why a list is not taken; `problem` is for the program, the sentence for people. */
export type ListProblem = 'junk' | 'too_large' | 'signature' | 'expired' | 'older' | 'same_number' | 'unreadable';

export const refusedList = (problem: ListProblem, why: string): CloisterError => {
  const code = problem === 'too_large' ? 'too_large' : problem === 'junk' ? 'unsupported_type' : 'forbidden';
  return new CloisterError(code, `The list of publishers was not taken: ${why}`, { detail: { problem } });
};

/** Sixty-four bytes as they are (`openssl pkeyutl -sign -rawin`), or their base64 on one line. */
function signatureOf(bytes: Uint8Array): Uint8Array | null {
  if (bytes.length === 64) return bytes;
  const text = Buffer.from(bytes).toString('latin1').trimEnd();
  const decoded = Buffer.from(text, 'base64');
  return decoded.length === 64 && decoded.toString('base64') === text ? decoded : null;
}

/** The signature first: nothing of a document that nobody signed is parsed. */
export function readPublisherList(document: Uint8Array, signature: Uint8Array, key: KeyObject): PublisherList {
  if (document.length > listBytes) throw refusedList('too_large', 'it is too large.');
  const made = signatureOf(signature);
  if (key.asymmetricKeyType !== 'ed25519' || made === null || !verify(null, document, key, made))
    throw refusedList('signature', 'its signature does not hold. It was changed, or another key signed it.');
  let parsed: z.infer<typeof schema>;
  try {
    parsed = schema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(document)));
  } catch {
    throw refusedList('junk', 'it is signed, but no list of publishers of version 1.');
  }
  return { sequence: parsed.sequence, validUntil: parsed.validUntil, publishers: entriesOf(parsed.publishers) };
}

type Named = z.infer<typeof schema>['publishers'][number];

function entriesOf(publishers: readonly Named[]): Publisher[] {
  const keys = new Map<string, string>();
  const entries = publishers.flatMap(({ name: publisher, registries, keys: given }) => [
    ...registries.map((registry) => ({ name: publisher, registry })),
    ...given.map((text) => ({ name: publisher, key: hashOf(text) })),
  ]);
  for (const entry of entries) {
    if (!('key' in entry)) continue;
    // Whose signature it is must have one answer.
    if ((keys.get(entry.key) ?? entry.name) !== entry.name)
      throw refusedList('junk', 'it names one key for two publishers.');
    keys.set(entry.key, entry.name);
  }
  return entries;
}

function hashOf(text: string): string {
  try {
    return fingerprint(parsePublicKey(text));
  } catch {
    throw refusedList('junk', 'a key in it is none (Ed25519, P-256, P-384 or P-521; DER in base64).');
  }
}

export const isExpired = ({ validUntil }: Pick<PublisherList, 'validUntil'>, now: Date): boolean =>
  Date.parse(validUntil) <= now.getTime();

/** What was taken before, by the same key: whoever replays an older list does not get rid of what came after it. */
export function mustFollow(list: PublisherList, isSame: boolean, kept: Pick<PublisherList, 'sequence'> | null): void {
  if (kept === null || list.sequence > kept.sequence) return;
  if (list.sequence < kept.sequence)
    throw refusedList('older', `it has the number ${list.sequence}, and number ${kept.sequence} was taken before.`);
  if (!isSame) throw refusedList('same_number', `another list with the number ${list.sequence} was taken before.`);
}

export function mustBeValid(list: PublisherList, now: Date): void {
  if (isExpired(list, now)) throw refusedList('expired', `it was valid until ${list.validUntil}.`);
}
