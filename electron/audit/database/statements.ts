import type { Database } from 'better-sqlite3';
import { hashLength, type Hash } from '../merkle/hash.ts';
import { rootAt, type NodeReader } from '../merkle/root.ts';
import type { Place } from '../merkle/shape.ts';

export interface EntryRow {
  readonly idx: number;
  readonly at: string;
  readonly bytes: Buffer;
}

/** A node that the tree needs is not there, or is no hash. */
export class MissingNode extends Error {
  readonly place: Place;

  constructor(place: Place) {
    super(`The node ${place.level}/${place.index} of the tree is missing.`);
    this.place = place;
  }
}

/** Reading what is stored; nothing here believes it. */
export function createStatements(db: Database) {
  const node = db.prepare<[number, number], Buffer>('SELECT hash FROM audit_nodes WHERE level = ? AND idx = ?').pluck();
  // A forged index past what a number counts exactly must not pass for a size that nobody can show.
  const last = db.prepare<[], number | null>('SELECT min(max(idx), 9007199254740990) FROM audit_entries').pluck();
  const entry = db.prepare<[number], EntryRow>('SELECT idx, at, bytes FROM audit_entries WHERE idx = ?');
  const note = db.prepare<[], string>('SELECT note FROM audit_head WHERE id = 1').pluck();
  const anyNode = db.prepare<[], number>('SELECT 1 FROM audit_nodes LIMIT 1').pluck();

  const findNode = ({ level, index }: Place): Hash | undefined => node.get(level, index);
  const readNode: NodeReader = (place) => {
    const hash = findNode(place);
    if (hash?.length !== hashLength) throw new MissingNode(place);
    return hash;
  };
  return {
    findNode,
    readNode,
    entry: (index: number): EntryRow | undefined => entry.get(index),
    size: (): number => (last.get() ?? -1) + 1,
    rootAt: (size: number): Hash => rootAt(size, readNode),
    note: (): string | null => note.get() ?? null,
    hasNodes: (): boolean => anyNode.get() !== undefined,
  };
}

export type Statements = ReturnType<typeof createStatements>;
