import { counted } from '../../shared/counted.ts';
import type { AuditVerification } from '../../shared/contract/types.ts';
import { readCheckpoint, type TreeHead } from './checkpoint.ts';
import type { AuditOperations } from './database.ts';
import type { Break } from './database/check.ts';
import { emptyRoot, sameHash, type Hash } from './merkle/hash.ts';
import type { SigningKey } from './signing-key.ts';
import type { VerifyOptions } from './types.ts';

/** Entries checked in one turn of the database worker (about 20 ms), so that searches go on meanwhile. */
const pageSize = 500;

type Call = <Name extends keyof AuditOperations>(
  name: Name,
  input: Parameters<AuditOperations[Name]>[0],
) => Promise<ReturnType<AuditOperations[Name]>>;

export interface VerifyInput extends VerifyOptions {
  readonly call: Call;
  readonly origin: string;
  readonly key: Pick<SigningKey, 'publicKey' | 'publicBytes'>;
  /** `undefined`: no keychain. `null`: the keychain remembers nothing. Read before the log, which only grows. */
  readonly anchor: string | null | undefined;
}

type Finding = Break & { readonly root?: Hash };

const entries = (size: number): string => counted(size, 'entry', 'entries');
const hex = (hash: Hash): string => Buffer.from(hash).toString('hex');
const atNoEntry = (problem: string): Break => ({ firstBad: null, problem });

/** Recomputes the whole log from its entries and holds it against its checkpoint and the keychain's. */
export async function verifyLog(input: VerifyInput): Promise<AuditVerification> {
  const stored = await input.call('audit.stored', {});
  const stated = readCheckpoint(stored.note, input.origin, input.key);
  const anchoredBy = typeof input.anchor === 'string' ? 'keychain' : 'none';
  const finding = await findBreak(input, stored, stated);
  const result = { size: stored.size, root: hex(finding?.root ?? stated?.root ?? emptyRoot), anchoredBy } as const;
  if (finding === null) return { ok: true, ...result };
  return { ok: false, ...result, firstBad: finding.firstBad, problem: finding.problem };
}

interface Stored {
  readonly note: string;
  readonly size: number;
  /** What this process wrote last. */
  readonly written: string;
}

async function findBreak(input: VerifyInput, stored: Stored, stated: TreeHead | null): Promise<Finding | null> {
  if (stated === null) return atNoEntry('The checkpoint is missing or was not signed with the key of this vault.');
  const anchor = readAnchor(input, stated);
  if ('problem' in anchor) return anchor;
  const early = sizeBreak(stored, stated);
  const pages = await checkPages(input, Math.min(stored.size, stated.size), [anchor.size, stated.size]);
  if (pages.broken !== null) return pages.broken;
  if (early !== null) return early;
  return (
    rootBreak(pages.roots, stated, 'The entries do not have the root that the checkpoint states.') ??
    rootBreak(
      pages.roots,
      anchor,
      `The log does not begin with the ${entries(anchor.size)} that the keychain remembers.`,
    ) ??
    (stored.note === stored.written
      ? null
      : atNoEntry('Something else wrote to the log while Cloister had it open.')) ??
    (await input.call('audit.checkStrays', {}))
  );
}

/** The head that the log must begin with; an empty one where nothing is anchored. */
function readAnchor({ anchor, origin, key }: VerifyInput, stated: TreeHead): TreeHead | Break {
  const nothing = { size: 0, root: emptyRoot };
  if (anchor === undefined) return nothing;
  if (anchor === null) return atNoEntry('The keychain’s checkpoint of this log is gone.');
  const kept = readCheckpoint(anchor, origin, key);
  if (kept === null) return atNoEntry('The keychain’s checkpoint was not signed with the key of this vault.');
  if (kept.size <= stated.size) return kept;
  return atNoEntry(
    `The keychain remembers ${entries(kept.size)} and the log has ${stated.size}: it was cut or put back to an older state.`,
  );
}

function sizeBreak(stored: Stored, stated: TreeHead): Break | null {
  if (stored.size === stated.size) return null;
  return stored.size < stated.size
    ? {
        firstBad: stored.size,
        problem: `The checkpoint is for ${entries(stated.size)} and the log ends after ${stored.size}.`,
      }
    : { firstBad: stated.size, problem: `Entry ${stated.size} stands behind the checkpoint, which ends before it.` };
}

type Roots = ReadonlyMap<number, Hash>;

function rootBreak(roots: Roots, head: TreeHead, problem: string): Break | null {
  const root = head.size === 0 ? emptyRoot : roots.get(head.size);
  return root !== undefined && sameHash(root, head.root) ? null : atNoEntry(problem);
}

async function checkPages(
  input: VerifyInput,
  size: number,
  marks: number[],
): Promise<{ broken: Break | null; roots: Roots }> {
  const roots = new Map<number, Hash>();
  let edge: Hash[] = [];
  for (let from = 0; from < size; from += pageSize) {
    input.signal?.throwIfAborted();
    const until = Math.min(from + pageSize, size);
    const page = await input.call('audit.checkPage', { from, until, edge, marks });
    for (const each of page.roots) roots.set(each.size, each.root);
    if (page.broken !== null) return { broken: page.broken, roots };
    edge = page.edge;
    input.onProgress?.(until, size);
  }
  return { broken: null, roots };
}
