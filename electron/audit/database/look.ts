import { counted } from '../../../shared/counted.ts';
import { readCheckpoint, type TreeHead } from '../checkpoint.ts';
import { leafHash, sameHash } from '../merkle/hash.ts';
import type { SigningKey } from '../signing-key.ts';
import { MissingNode, type Statements } from './statements.ts';

/** Why the log cannot be continued. `anchor`: it holds by itself, and the keychain remembers another or a longer one. */
export interface Doubt {
  readonly kind: 'log' | 'anchor';
  readonly problem: string;
}

export interface Seen {
  readonly head: TreeHead;
  readonly doubt: Doubt | null;
}

const entries = (size: number): string => counted(size, 'entry', 'entries');
const doubt = (kind: Doubt['kind'], problem: string): Doubt => ({ kind, problem });

/** The stored head against its own checkpoint and the last leaf: O(log n), for each opening. */
export function lookAtHead(read: Statements, origin: string, key: SigningKey): Seen {
  const size = read.size();
  try {
    const head = { size, root: read.rootAt(size) };
    return { head, doubt: compare(read, head, readCheckpoint(read.note() ?? '', origin, key)) };
  } catch (thrown) {
    if (!(thrown instanceof MissingNode)) throw thrown;
    return { head: { size, root: new Uint8Array(32) }, doubt: doubt('log', thrown.message) };
  }
}

function compare(read: Statements, head: TreeHead, stated: TreeHead | null): Doubt | null {
  if (stated === null) return doubt('log', 'The checkpoint is missing or was not signed with the key of this vault.');
  if (stated.size !== head.size)
    return doubt('log', `The checkpoint is for ${entries(stated.size)} and the log has ${head.size}.`);
  if (!sameHash(stated.root, head.root))
    return doubt('log', 'The tree does not have the root that its checkpoint states.');
  const last = head.size === 0 ? undefined : read.entry(head.size - 1);
  if (last !== undefined && !sameHash(leafHash(last.bytes), read.readNode({ level: 0, index: last.idx })))
    return doubt('log', 'The last entry was changed.');
  return null;
}

/** Whether the log still begins with what the keychain remembers. `anchor` null: it remembers nothing. */
export function lookAtAnchor(
  read: Statements,
  head: TreeHead,
  anchor: string | null,
  origin: string,
  key: SigningKey,
): Doubt | null {
  if (anchor === null)
    return head.size === 0 ? null : doubt('anchor', 'The keychain’s checkpoint of this log is gone.');
  const kept = readCheckpoint(anchor, origin, key);
  if (kept === null) return doubt('anchor', 'The keychain’s checkpoint was not signed with the key of this vault.');
  if (kept.size > head.size)
    return doubt(
      'anchor',
      `The keychain remembers ${entries(kept.size)} and the log has ${head.size}: it was cut or put back to an older state.`,
    );
  return beginsWith(read, kept)
    ? null
    : doubt('anchor', `The log does not begin with the ${entries(kept.size)} that the keychain remembers.`);
}

function beginsWith(read: Statements, kept: TreeHead): boolean {
  try {
    return sameHash(read.rootAt(kept.size), kept.root);
  } catch (thrown) {
    if (thrown instanceof MissingNode) return false;
    throw thrown;
  }
}
