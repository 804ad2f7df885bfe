import { createHmac, randomUUID, sign } from 'node:crypto';
import type { AuditEntry, AuditVerification, RecordStatus } from '../../shared/contract/types.ts';
import { CloisterError } from '../../shared/errors.ts';
import type { DatabaseClient, Keychain } from '../vault/types.ts';
import { createAnchor, type Anchor } from './anchor.ts';
import { originOf, readCheckpoint, type TreeHead } from './checkpoint.ts';
import type { AuditOperations, Standing } from './database.ts';
import { signingKeyFrom, verifierKey, type SigningKey } from './signing-key.ts';
import type { AuditLog, AuditRecord, CheckpointHead, VerifyOptions } from './types.ts';
import { verifyLog } from './verify.ts';

export interface AuditDeps {
  readonly database: () => DatabaseClient<AuditOperations>;
  /** 32 bytes for one purpose; wiped here after use. */
  readonly derive: (purpose: 'audit-hmac' | 'audit-signing') => Buffer;
  /** Asked at each opening. Null: a vault without a keychain is anchored in nothing, and `verify` says so. */
  readonly keychain: () => Keychain | null;
  /** Asked at each opening. Names the log in its checkpoints and its account in the keychain. */
  readonly vaultId: () => string;
  readonly clock: () => Date;
  /** Trouble that must not stop a request, for the diagnostics; sentences without content. */
  readonly warn: (problem: string, cause: unknown) => void;
}

/** The keychain account of a vault's last checkpoint. */
export const checkpointAccount = (vaultId: string): string => `vault:${vaultId}:audit-checkpoint`;

interface Opened {
  readonly origin: string;
  readonly key: SigningKey;
  /** Wiped at the closing. */
  readonly hmac: Buffer;
  readonly anchor: Anchor | null;
}

/** What remains of a keychain's checkpoint in the entry that replaces it: the lines that are no signature. */
function describeReplaced(anchor: string | null): string {
  if (anchor === null) return 'The keychain remembered no checkpoint.';
  const [, size, root] = anchor.split('\n');
  const entries = size === '1' ? '1 entry' : `${size ?? '?'} entries`;
  return `The keychain remembered ${entries} with the root ${root ?? '?'}.`.slice(0, 300);
}

const headOf = ({ size, root }: TreeHead): CheckpointHead => ({ size, root: Buffer.from(root).toString('hex') });

export function createAuditLog(deps: AuditDeps): AuditLog {
  let opened: Opened | null = null;
  let status: RecordStatus = { size: 0, verified: null, checkedAt: null };
  const listeners = new Set<(status: RecordStatus) => void>();

  const open = (): Opened => {
    if (opened === null) throw new CloisterError('locked', 'The record is closed. Unlock Cloister first.');
    return opened;
  };
  const now = (): string => deps.clock().toISOString();
  const tell = (next: Partial<RecordStatus>): void => {
    status = { ...status, ...next };
    for (const listener of listeners) listener(status);
  };
  const call: DatabaseClient<AuditOperations>['call'] = (name, input) => deps.database().call(name, input);

  const openKeys = (): Opened => {
    const seed = deps.derive('audit-signing');
    const key = signingKeyFrom(seed);
    seed.fill(0);
    const keychain = deps.keychain();
    const account = checkpointAccount(deps.vaultId());
    return {
      origin: originOf(deps.vaultId()),
      key,
      hmac: deps.derive('audit-hmac'),
      anchor: keychain === null ? null : createAnchor({ keychain, account, warn: deps.warn }),
    };
  };
  const openTable = async (anchor: string | null | undefined): Promise<Standing> => {
    const seed = deps.derive('audit-signing');
    try {
      return await call('audit.open', { vaultId: deps.vaultId(), seed, anchor });
    } finally {
      seed.fill(0);
    }
  };
  const openAnchored = async ({ anchor }: Opened): Promise<Standing> => {
    const kept = anchor === null ? undefined : await anchor.read();
    const standing = await openTable(kept);
    if (standing.doubt !== null) deps.warn(`The record does not hold: ${standing.doubt.problem}`, null);
    // At once where there is none, before the first entry: a log with entries always has an anchor.
    else if (kept === null) await anchor?.keepNow(standing.note);
    else if (kept !== standing.note) anchor?.keep(standing.note);
    return standing;
  };
  /** The key in the worker. Where the worker is gone, so is the key. */
  const closeTable = async (): Promise<void> => {
    try {
      await call('audit.close', {});
    } catch (thrown) {
      deps.warn('The record’s table did not answer when it was closed.', thrown);
    }
  };
  const append = async (name: 'audit.append' | 'audit.anchorAnew', record: AuditRecord): Promise<AuditEntry> => {
    const { anchor } = open();
    const { entry, head, note } = await call(name, { record, at: now() });
    anchor?.keep(note);
    tell({ size: head.size });
    return entry;
  };

  return {
    async open() {
      const next = openKeys();
      let standing: Standing;
      try {
        standing = await openAnchored(next);
      } catch (thrown) {
        next.hmac.fill(0);
        throw thrown;
      }
      // A worker that died left the former opening unclosed.
      opened?.hmac.fill(0);
      opened = next;
      const doubted = standing.doubt !== null;
      tell({ size: standing.head.size, verified: doubted ? false : null, checkedAt: doubted ? now() : null });
    },
    async close() {
      const last = opened;
      opened = null;
      if (last === null) return;
      last.hmac.fill(0);
      await last.anchor?.close();
      await closeTable();
      tell({ size: 0, verified: null, checkedAt: null });
    },
    begin: async (beginning) => {
      open();
      await call('audit.begin', { beginning, at: now() });
    },
    append: (record) => append('audit.append', record),
    list: async (options) => {
      open();
      return call('audit.list', options);
    },
    async verify(options: VerifyOptions = {}): Promise<AuditVerification> {
      const { origin, key, anchor } = open();
      const kept = anchor === null ? undefined : await anchor.read();
      const result = await verifyLog({ ...options, call, origin, key, anchor: kept });
      tell({ verified: result.ok, checkedAt: now() });
      return result;
    },
    async standing() {
      const { origin, key, anchor } = open();
      const kept = anchor === null ? null : await anchor.read();
      const remembered = kept === null ? null : readCheckpoint(kept, origin, key);
      const { head, doubt } = await call('audit.standing', {});
      return {
        present: headOf(head),
        remembered: remembered === null ? null : headOf(remembered),
        anchoredBy: anchor === null ? 'none' : 'keychain',
        doubt,
      };
    },
    async checkpoint() {
      open();
      return (await call('audit.stored', {})).note;
    },
    verifierKey: () => verifierKey(open().origin, open().key.publicBytes),
    keyedHash: (content) => createHmac('sha256', open().hmac).update(content).digest('hex'),
    sign: (message) => sign(null, message, open().key.privateKey).toString('base64'),
    publicKey: () => open().key.publicBytes.toString('base64'),
    async anchorAnew(by) {
      const { anchor } = open();
      const replaced = anchor === null ? null : await anchor.read();
      const entry = await append('audit.anchorAnew', {
        ...anchoredAnew,
        ...by,
        requestId: randomUUID(),
        note: describeReplaced(replaced),
      });
      await anchor?.close();
      tell({ verified: null, checkedAt: null });
      return entry;
    },
    status: () => status,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const anchoredAnew = {
  kind: 'record.anchored-anew',
  model: null,
  modelDigest: null,
  promptHmac: null,
  answerHmac: null,
  documents: [],
  decision: 'allowed',
  stage: null,
  code: null,
  durationMs: 0,
  promptTokens: null,
  answerTokens: null,
} as const satisfies Partial<AuditRecord>;
