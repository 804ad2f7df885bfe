import type { Database } from 'better-sqlite3';

/** Lists that were taken, in `vault.db`: whoever cannot open the vault adds no publisher and takes no newer list away. */
export const publishersMigration = {
  name: 'signed lists of publishers',
  up(db: Database): void {
    db.exec(`
      CREATE TABLE model_publisher_lists (
        owner TEXT PRIMARY KEY CHECK (owner IN ('organisation', 'person')),
        document BLOB NOT NULL, signature BLOB NOT NULL, key TEXT NOT NULL, at TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
    `);
  },
};

export type ListOwner = 'organisation' | 'person';

export interface KeptList {
  readonly document: Uint8Array;
  readonly signature: Uint8Array;
  /** The public key it was verified with (SubjectPublicKeyInfo, DER, base64). */
  readonly key: string;
  readonly at: string;
}

export function createPublishersOperations(db: Database) {
  return {
    'models.publisherList': ({ owner }: { owner: ListOwner }): KeptList | null =>
      (db.prepare('SELECT document, signature, key, at FROM model_publisher_lists WHERE owner = ?').get(owner) as
        KeptList | undefined) ?? null,

    'models.keepPublisherList': ({ owner, document, signature, key, at }: KeptList & { owner: ListOwner }): void => {
      db.prepare(
        `INSERT INTO model_publisher_lists (owner, document, signature, key, at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (owner) DO UPDATE SET document = excluded.document, signature = excluded.signature,
           key = excluded.key, at = excluded.at`,
      ).run(owner, Buffer.from(document), Buffer.from(signature), key, at);
    },
  };
}
