import { randomUUID } from 'node:crypto';
import type { AuditRecord } from '../../audit/types.ts';
import type { PassportsDeps } from '../passports/ledger.ts';
import type { ModelActor } from '../passports/types.ts';
import { fingerprint, toBase64 } from '../signing/keys.ts';
import type { ListShelf, TakenList } from './types.ts';

type ShelfDeps = Pick<PassportsDeps, 'vault' | 'audit' | 'now'>;

const ownerWords = { organisation: 'the organisation', person: 'the person' } as const;

/** An entry of the kind `model` about no model: whose list of publishers holds from now on. */
const entryOf = ({ owner, list, key }: TakenList, actor: ModelActor): AuditRecord => ({
  requestId: randomUUID(),
  kind: 'model',
  ...actor,
  model: null,
  modelDigest: null,
  promptHmac: null,
  answerHmac: null,
  documents: [],
  decision: 'allowed',
  stage: 'publishers',
  code: null,
  durationMs: 0,
  promptTokens: null,
  answerTokens: null,
  note: `List ${list.sequence} of ${ownerWords[owner]}, signed by ${fingerprint(key)}, valid until ${list.validUntil}.`,
});

/** The lists that were taken, in the vault, each with a line in the record. */
export function createListShelf({ vault, audit, now }: ShelfDeps): ListShelf {
  const isOpen = async (): Promise<boolean> => (await vault?.state()) === 'unlocked';
  return {
    isOpen,
    async kept(owner) {
      return vault !== null && (await isOpen()) ? vault.database().call('models.publisherList', { owner }) : null;
    },
    async keep(taken, actor) {
      if (vault === null || !(await isOpen())) return;
      const { owner, key, signed } = taken;
      const row = { owner, document: signed.document, signature: signed.signature, key: toBase64(key) };
      await vault.database().call('models.keepPublisherList', { ...row, at: now().toISOString() });
      await audit()?.append(entryOf(taken, actor));
    },
  };
}
