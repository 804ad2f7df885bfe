import type { Database, Statement } from 'better-sqlite3';

/** Prepares each SQL text once for one database. */
export type Statements = (sql: string) => Statement;

export function createStatements(db: Database): Statements {
  const prepared = new Map<string, Statement>();
  return (sql) => {
    let statement = prepared.get(sql);
    if (statement === undefined) prepared.set(sql, (statement = db.prepare(sql)));
    return statement;
  };
}

// The callers name the columns they select; STRICT tables hold to the types.
/* eslint-disable @typescript-eslint/no-unnecessary-type-parameters */
export const rowOf = <Row>(value: unknown): Row | null => (value === undefined ? null : (value as Row));
export const rowsOf = <Row>(values: unknown[]): Row[] => values as Row[];
