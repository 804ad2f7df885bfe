import { counted } from '../../../shared/counted.ts';
import { auditEntry } from '../../../shared/contract/audit.ts';
import { canonicalJson } from '../canonical.ts';
import { leafHash, sameHash, type Hash } from '../merkle/hash.ts';
import { extendEdge, rootFromEdge } from '../merkle/root.ts';
import type { Place } from '../merkle/shape.ts';
import type { Database } from 'better-sqlite3';
import type { EntryRow, Statements } from './statements.ts';

/** `firstBad` null: the break is not at one entry. */
export interface Break {
  readonly firstBad: number | null;
  readonly problem: string;
}

export interface CheckedPage {
  readonly broken: Break | null;
  /** The right edge after this page: what the next page goes on from. */
  readonly edge: Hash[];
  /** Roots at the sizes that were asked for and lie in this page. */
  readonly roots: readonly { readonly size: number; readonly root: Hash }[];
}

export interface PageInput {
  readonly from: number;
  /** Up to, not with. */
  readonly until: number;
  readonly edge: readonly Uint8Array[];
  readonly marks: readonly number[];
}

/** What is wrong with one stored entry by itself, or null. Everything is computed from the stored bytes. */
export function flawOf(row: EntryRow): string | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(row.bytes.toString('utf8'));
    if (!row.bytes.equals(Buffer.from(canonicalJson(parsed)))) return 'is not canonical JSON';
  } catch {
    return 'is not JSON';
  }
  const entry = auditEntry.safeParse(parsed);
  if (!entry.success) return 'is not an entry of this log';
  if (entry.data.index !== row.idx) return `says that it is entry ${entry.data.index}`;
  return entry.data.at === row.at ? null : 'has another time than the index says';
}

function nodeProblem(place: Place, stored: Hash | undefined): Break {
  const first = place.index * 2 ** place.level;
  const what = stored === undefined ? 'is missing' : 'was changed';
  return {
    firstBad: null,
    problem: `The tree’s node over entries ${first} to ${first + 2 ** place.level - 1} ${what}.`,
  };
}

/** A leaf that differs is the entry's fault if the entry has a flaw of its own; else one of the two was changed. */
function leafProblem(row: EntryRow, stored: Hash | undefined): Break {
  const flaw = flawOf(row);
  const reason = stored === undefined ? 'has no hash in the tree' : 'is not the one that was recorded';
  return { firstBad: row.idx, problem: `Entry ${row.idx} ${flaw ?? reason}.` };
}

/** Recomputes one page of the tree from the entries and compares every node with the stored one. */
export function createCheck(db: Database, read: Statements) {
  const rows = db.prepare<[number, number], EntryRow>(
    'SELECT idx, at, bytes FROM audit_entries WHERE idx >= ? AND idx < ? ORDER BY idx',
  );

  const checkRow = (row: EntryRow, edge: Hash[]): Break | null => {
    for (const { place, hash } of extendEdge(edge, row.idx, leafHash(row.bytes))) {
      const stored = read.findNode(place);
      if (stored !== undefined && sameHash(stored, hash)) continue;
      return place.level === 0 ? leafProblem(row, stored) : nodeProblem(place, stored);
    }
    const flaw = flawOf(row);
    return flaw === null ? null : { firstBad: row.idx, problem: `Entry ${row.idx} ${flaw}.` };
  };

  return (input: PageInput): CheckedPage => {
    const edge: Hash[] = [...input.edge];
    const roots: { size: number; root: Hash }[] = [];
    const done = (broken: Break | null): CheckedPage => ({ broken, edge, roots });
    let next = input.from;
    for (const row of rows.all(input.from, input.until)) {
      if (row.idx !== next) break;
      const broken = checkRow(row, edge);
      if (broken !== null) return done(broken);
      next += 1;
      if (input.marks.includes(next)) roots.push({ size: next, root: rootFromEdge(edge) });
    }
    return done(next === input.until ? null : { firstBad: next, problem: `Entry ${next} is missing.` });
  };
}

/** Rows outside the tree: before its beginning, past its end, or at a level it does not reach. */
export function createStrayCheck(db: Database) {
  const entry = db.prepare<[number], number>('SELECT idx FROM audit_entries WHERE idx < 0 OR idx >= ? LIMIT 1').pluck();
  const level = db.prepare<[number], number>('SELECT 1 FROM audit_nodes WHERE level < 0 OR level > ? LIMIT 1').pluck();
  const node = db
    .prepare<[number, number], number>('SELECT 1 FROM audit_nodes WHERE level = ? AND (idx < 0 OR idx >= ?) LIMIT 1')
    .pluck();

  return (size: number): Break | null => {
    const stray = entry.get(size);
    if (stray !== undefined)
      return {
        firstBad: stray < 0 ? null : stray,
        problem: `Entry ${stray} lies outside the ${counted(size, 'entry', 'entries')} of the checkpoint.`,
      };
    let highest = -1;
    for (let left = size; left > 0; left = Math.floor(left / 2)) {
      highest += 1;
      if (node.get(highest, left) !== undefined)
        return { firstBad: null, problem: 'The tree has nodes that belong to no entry.' };
    }
    return level.get(highest) === undefined
      ? null
      : { firstBad: null, problem: 'The tree has nodes that belong to no entry.' };
  };
}
