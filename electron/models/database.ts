import type { Database } from 'better-sqlite3';
import type { ModelApproval, ModelPublisher, ModelSource, ModelVerification } from '../../shared/contract/types.ts';
import type { EvaluationResult } from './evaluation/types.ts';
import type { VersionFacts } from './passports/types.ts';
import { createPublishersOperations, publishersMigration } from './publishers/database.ts';

/**
 * Passports and approvals, in `vault.db`: whoever cannot open the vault cannot forge one. A version is one exact manifest under
 * one name; its manifest is kept, so that an approved one can be put back as it was.
 */
export const modelsMigrations = [
  {
    version: 1,
    name: 'passports, approvals and verifications of models',
    up(db: Database): void {
      db.exec(`
        CREATE TABLE model_versions (
          name TEXT NOT NULL, digest TEXT NOT NULL,
          state TEXT NOT NULL CHECK (state IN ('quarantined', 'approved', 'blocked', 'replaced', 'removed')),
          reason TEXT, manifest BLOB NOT NULL, facts TEXT NOT NULL, source TEXT NOT NULL, publisher TEXT NOT NULL,
          first_seen TEXT NOT NULL, evaluation TEXT,
          PRIMARY KEY (name, digest)
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX model_versions_approved ON model_versions(name) WHERE state = 'approved';
        CREATE TABLE model_approvals (
          id INTEGER PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL,
          action TEXT NOT NULL, self INTEGER NOT NULL, reason TEXT
        ) STRICT;
        CREATE INDEX model_approvals_by_name ON model_approvals(name, id);
        CREATE TABLE model_verifications (
          id INTEGER PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL, at TEXT NOT NULL, ok INTEGER NOT NULL,
          problem TEXT, ms REAL NOT NULL
        ) STRICT;
        CREATE INDEX model_verifications_by_version ON model_verifications(name, digest, id);
        CREATE TABLE model_previous (
          id INTEGER PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL, until TEXT NOT NULL
        ) STRICT;
        CREATE INDEX model_previous_by_name ON model_previous(name, id);
      `);
    },
  },
  { version: 2, ...publishersMigration },
];

/** `replaced`: ran before the one that is approved now. `removed`: its files were deleted; what was decided stays known. */
export type VersionState = 'quarantined' | 'approved' | 'blocked' | 'replaced' | 'removed';

/** What every request needs to know of a version. */
export interface VersionStanding {
  readonly name: string;
  readonly digest: string;
  readonly state: VersionState;
  readonly reason: string | null;
}

export interface VersionRecord extends VersionStanding {
  readonly manifest: Uint8Array;
  readonly facts: VersionFacts;
  readonly source: ModelSource;
  readonly publisher: ModelPublisher;
  readonly firstSeen: string;
  readonly evaluation: EvaluationResult | null;
}

export interface History {
  readonly approvals: ModelApproval[];
  readonly verifications: ModelVerification[];
  readonly previous: { digest: string; until: string }[];
}

interface VersionRow extends VersionStanding {
  readonly manifest: Buffer;
  readonly facts: string;
  readonly source: string;
  readonly publisher: string;
  readonly first_seen: string;
  readonly evaluation: string | null;
}

interface Version {
  readonly name: string;
  readonly digest: string;
}

/** Verifications kept of each version. */
const verificationsKept = 20;

const recordOf = (row: VersionRow): VersionRecord => ({
  name: row.name,
  digest: row.digest,
  state: row.state,
  reason: row.reason,
  manifest: row.manifest,
  facts: JSON.parse(row.facts) as VersionFacts,
  source: JSON.parse(row.source) as ModelSource,
  publisher: JSON.parse(row.publisher) as ModelPublisher,
  firstSeen: row.first_seen,
  evaluation: row.evaluation === null ? null : (JSON.parse(row.evaluation) as EvaluationResult),
});

export function createModelsOperations(db: Database) {
  const setState = db.prepare('UPDATE model_versions SET state = ?, reason = ? WHERE name = ? AND digest = ?');
  const addApproval = db.prepare(
    `INSERT INTO model_approvals (name, digest, at, by, action, self, reason)
     VALUES (@name, @digest, @at, @by, @action, @self, @reason)`,
  );
  return {
    ...createPublishersOperations(db),

    'models.standings': (_input: Record<string, never>): VersionStanding[] =>
      db.prepare('SELECT name, digest, state, reason FROM model_versions').all() as VersionStanding[],

    'models.versions': ({ name }: { name: string }): VersionRecord[] =>
      (db.prepare('SELECT * FROM model_versions WHERE name = ? ORDER BY first_seen').all(name) as VersionRow[]).map(
        recordOf,
      ),

    'models.history': ({ name, digest }: Version): History => ({
      approvals: (
        db
          .prepare('SELECT at, by, action, self, reason, digest FROM model_approvals WHERE name = ? ORDER BY id')
          .all(name) as (Omit<ModelApproval, 'self'> & { self: number })[]
      ).map((row) => ({ ...row, self: row.self === 1 })),
      verifications: (
        db
          .prepare('SELECT at, ok, problem, ms FROM model_verifications WHERE name = ? AND digest = ? ORDER BY id')
          .all(name, digest) as (Omit<ModelVerification, 'ok'> & { ok: number })[]
      ).map((row) => ({ ...row, ok: row.ok === 1 })),
      previous: db
        .prepare('SELECT digest, until FROM model_previous WHERE name = ? ORDER BY id')
        .all(name) as History['previous'],
    }),

    /** A version that arrived or was found. One that is known keeps its history and what was decided about it. */
    'models.seen': (seen: {
      name: string;
      digest: string;
      manifest: Uint8Array;
      facts: VersionFacts;
      source: ModelSource;
      publisher: ModelPublisher;
      reason: string;
      at: string;
    }): VersionStanding =>
      db.transaction(() => {
        db.prepare(
          `INSERT INTO model_versions (name, digest, state, reason, manifest, facts, source, publisher, first_seen)
           VALUES (@name, @digest, 'quarantined', @reason, @manifest, @facts, @source, @publisher, @at)
           ON CONFLICT (name, digest) DO UPDATE SET
             source = excluded.source, publisher = excluded.publisher, facts = excluded.facts,
             reason = CASE state WHEN 'removed' THEN excluded.reason WHEN 'replaced' THEN excluded.reason ELSE reason END,
             state = CASE state WHEN 'removed' THEN 'quarantined' WHEN 'replaced' THEN 'quarantined' ELSE state END`,
        ).run({
          ...seen,
          manifest: Buffer.from(seen.manifest),
          facts: JSON.stringify(seen.facts),
          source: JSON.stringify(seen.source),
          publisher: JSON.stringify(seen.publisher),
        });
        return db
          .prepare('SELECT name, digest, state, reason FROM model_versions WHERE name = ? AND digest = ?')
          .get(seen.name, seen.digest) as VersionStanding;
      })(),

    /** One decision: the state it leads to, who made it, and which version it replaced. */
    'models.decide': ({
      state,
      approval,
      name,
    }: {
      name: string;
      state: VersionState;
      approval: ModelApproval;
    }): void => {
      db.transaction(() => {
        if (state === 'approved') replace(name, approval);
        setState.run(state, state === 'approved' ? null : approval.reason, name, approval.digest);
        addApproval.run({ ...approval, name, self: approval.self ? 1 : 0 });
      })();
    },

    'models.verified': ({ name, digest, verification }: Version & { verification: ModelVerification }): void => {
      db.transaction(() => {
        db.prepare(
          'INSERT INTO model_verifications (name, digest, at, ok, problem, ms) VALUES (@name, @digest, @at, @ok, @problem, @ms)',
        ).run({ ...verification, ok: verification.ok ? 1 : 0, name, digest });
        db.prepare(
          `DELETE FROM model_verifications WHERE name = @name AND digest = @digest AND id NOT IN (
             SELECT id FROM model_verifications WHERE name = @name AND digest = @digest ORDER BY id DESC LIMIT @kept)`,
        ).run({ name, digest, kept: verificationsKept });
      })();
    },

    'models.evaluated': ({ name, digest, evaluation }: Version & { evaluation: EvaluationResult }): void => {
      db.prepare('UPDATE model_versions SET evaluation = ? WHERE name = ? AND digest = ?').run(
        JSON.stringify(evaluation),
        name,
        digest,
      );
    },

    /** The files of a name are gone. Approvals end; a block and the history stay. */
    'models.removed': ({ name }: { name: string }): void => {
      db.prepare(
        `UPDATE model_versions SET state = 'removed', reason = NULL WHERE name = ? AND state <> 'blocked'`,
      ).run(name);
    },
  };

  function replace(name: string, approval: ModelApproval): void {
    const ran = db
      .prepare(`SELECT digest FROM model_versions WHERE name = ? AND state = 'approved' AND digest <> ?`)
      .pluck()
      .get(name, approval.digest) as string | undefined;
    if (ran === undefined) return;
    setState.run('replaced', null, name, ran);
    db.prepare('INSERT INTO model_previous (name, digest, until) VALUES (?, ?, ?)').run(name, ran, approval.at);
  }
}

export type ModelsOperations = ReturnType<typeof createModelsOperations>;
