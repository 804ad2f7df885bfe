import { sign, verify } from 'node:crypto';
import { hashLength, type Hash } from './merkle/hash.ts';
import { keyId, type SigningKey } from './signing-key.ts';

/** How far the log had come: what C2SP tlog-checkpoint calls a tree head. */
export interface TreeHead {
  readonly size: number;
  readonly root: Hash;
}

/** Names the log and its key. Signed notes allow neither spaces nor plus signs in a name. */
export function originOf(vaultId: string): string {
  if (!/^[^\s+]+$/.test(vaultId)) throw new RangeError('A vault’s id has neither spaces nor plus signs.');
  return `cloister/${vaultId}`;
}

const bodyOf = (origin: string, head: TreeHead): string =>
  `${origin}\n${head.size}\n${Buffer.from(head.root).toString('base64')}\n`;

/** A C2SP tlog-checkpoint: origin, size, root, and one Ed25519 signature, as a signed note. */
export function signCheckpoint(origin: string, head: TreeHead, key: SigningKey): string {
  const body = bodyOf(origin, head);
  const signature = sign(null, Buffer.from(body), key.privateKey);
  const line = Buffer.concat([keyId(origin, key.publicBytes), signature]).toString('base64');
  return `${body}\n\u2014 ${origin} ${line}\n`;
}

const form = /^([^\n+ ]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n\n\u2014 ([^\n+ ]+) ([A-Za-z0-9+/]+={0,2})\n$/;

/** The head a checkpoint states, or null unless it is in exactly our form, of this log, and signed by this key. */
export function readCheckpoint(
  note: string,
  origin: string,
  key: Pick<SigningKey, 'publicKey' | 'publicBytes'>,
): TreeHead | null {
  const [, named, size, root, signer, line] = form.exec(note) ?? [];
  if (size === undefined || root === undefined || line === undefined || named !== origin || signer !== origin)
    return null;
  const head = { size: Number(size), root: Buffer.from(root, 'base64') };
  const bytes = Buffer.from(line, 'base64');
  if (head.root.length !== hashLength || !Number.isSafeInteger(head.size)) return null;
  if (bytes.toString('base64') !== line || head.root.toString('base64') !== root) return null;
  if (!bytes.subarray(0, 4).equals(keyId(origin, key.publicBytes))) return null;
  return verify(null, Buffer.from(bodyOf(origin, head)), key.publicKey, bytes.subarray(4)) ? head : null;
}
