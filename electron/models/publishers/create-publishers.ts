import { dirname, join } from 'node:path';
import type { KeyObject } from 'node:crypto';
import type { PublisherRules } from '../../../shared/contract/types.ts';
import { CloisterError, detailOf } from '../../../shared/errors.ts';
import type { Publisher } from '../../../shared/policy/registry.ts';
import type { Policy } from '../../policy/index.ts';
import { bySystem } from '../passports/record.ts';
import { fingerprint, parsePublicKey, toBase64 } from '../signing/keys.ts';
import type { ListOwner } from './database.ts';
import { readKeyText, readSigned, type SignedDocument } from './files.ts';
import { isExpired, mustBeValid, mustFollow, readPublisherList, refusedList } from './list.ts';
import type { ListShelf, Publishers, TakenList } from './types.ts';

export type PublishersPolicy = Pick<Policy, 'value' | 'source' | 'path'>;

interface Deps {
  readonly policy: PublishersPolicy;
  readonly shelf: ListShelf;
  readonly now: () => Date;
}

interface Found {
  readonly taken: TakenList | null;
  /** Why the newest list does not hold. */
  readonly problem: CloisterError | null;
}

const nothing: Found = { taken: null, problem: null };

const sameBytes = (one: SignedDocument, other: SignedDocument): boolean =>
  Buffer.compare(one.document, other.document) === 0;

const asProblem = (thrown: unknown): CloisterError =>
  thrown instanceof CloisterError ? thrown : refusedList('unreadable', 'it cannot be read.');

/** Who may be listed: policy first; only where it says nothing of publishers, the person's own list too. */
export function createPublishers({ policy, shelf, now }: Deps): Publishers {
  const isSet = (key: 'models.publishers' | 'models.publishersKey'): boolean => policy.source(key) !== 'usual';
  const isLocked = (): boolean => isSet('models.publishers') || isSet('models.publishersKey');
  const place = (): string => join(dirname(policy.path), 'publishers.json');

  /** What was taken before, verified again: the vault keeps it, the key decides. An expired one is none. */
  async function lastGood(owner: ListOwner, key: KeyObject | null): Promise<Found> {
    const kept = await shelf.kept(owner);
    if (kept === null || (key !== null && kept.key !== toBase64(key))) return nothing;
    try {
      const own = parsePublicKey(kept.key);
      const taken = { owner, key: own, signed: kept, list: readPublisherList(kept.document, kept.signature, own) };
      const isOver = isExpired(taken.list, now());
      return { taken, problem: isOver ? refusedList('expired', `it was valid until ${taken.list.validUntil}.`) : null };
    } catch (thrown) {
      return { taken: null, problem: asProblem(thrown) };
    }
  }

  /** Throws why it is not taken. */
  function judged(owner: ListOwner, signed: SignedDocument, key: KeyObject, last: TakenList | null): TakenList {
    const list = readPublisherList(signed.document, signed.signature, key);
    mustFollow(list, last !== null && sameBytes(last.signed, signed), last?.list ?? null);
    mustBeValid(list, now());
    return { owner, list, key, signed };
  }

  async function organisations(keyText: string): Promise<Found> {
    const key = parsePublicKey(keyText);
    const last = await lastGood('organisation', key);
    try {
      const signed = await readSigned(place());
      if (signed === null) throw refusedList('unreadable', `there is no file ${place()}.`);
      const taken = judged('organisation', signed, key, last.taken);
      if (last.taken === null || taken.list.sequence > last.taken.list.sequence) await shelf.keep(taken, bySystem);
      return { taken, problem: null };
    } catch (thrown) {
      return { taken: last.problem === null ? last.taken : null, problem: asProblem(thrown) };
    }
  }

  async function persons(): Promise<Found> {
    const found = await lastGood('person', null);
    return found.problem === null ? found : { ...found, taken: null };
  }

  const signedList = async (): Promise<Found> => {
    const key = policy.value('models.publishersKey');
    if (key !== null) return organisations(key);
    return isLocked() ? nothing : persons();
  };

  /** Beside a signed list of the organisation only what policy itself sets counts, not the usual one. */
  const byPolicy = (): readonly Publisher[] =>
    policy.value('models.publishersKey') === null || isSet('models.publishers')
      ? policy.value('models.publishers')
      : [];

  async function rules(): Promise<PublisherRules> {
    const { taken, problem } = await signedList();
    const own = isSet('models.publishers') ? ('policy' as const) : ('usual' as const);
    return {
      publishers: [
        ...byPolicy().map((each) => shown(each, own)),
        ...(taken?.list.publishers ?? []).map((each) => shown(each, taken?.owner ?? 'person')),
      ],
      list: taken === null ? null : describe(taken),
      locked: isLocked(),
      problem:
        problem === null ? null : { code: String(detailOf(problem)?.problem ?? 'junk'), reason: problem.message },
    };
  }

  return {
    async listed() {
      const { taken } = await signedList();
      return [...byPolicy(), ...(taken?.list.publishers ?? [])];
    },
    rules,
    async import(path, { key: keyFile, actor }) {
      if (isLocked())
        throw new CloisterError('forbidden', 'Your organisation decides which publishers are listed.', {
          detail: { problem: 'locked' },
        });
      if (!(await shelf.isOpen())) throw new CloisterError('locked', 'The list is kept in the vault. Unlock it first.');
      const key = keyFile === undefined ? await keyBefore(shelf) : parsePublicKey(await readKeyText(keyFile));
      const signed = await readSigned(path);
      if (signed === null) throw new CloisterError('not_found', 'There is no such file.');
      const { taken: last } = await lastGood('person', key);
      await shelf.keep(judged('person', signed, key, last), actor);
      return rules();
    },
  };
}

async function keyBefore(shelf: ListShelf): Promise<KeyObject> {
  const kept = await shelf.kept('person');
  if (kept === null)
    throw new CloisterError(
      'bad_request',
      'Say whose list it is: --key FILE, with the public key of whoever signed it.',
    );
  return parsePublicKey(kept.key);
}

type From = PublisherRules['publishers'][number]['from'];

const shown = ({ name, registry, key }: Publisher, from: From): PublisherRules['publishers'][number] => ({
  name,
  registry: registry ?? null,
  key: key ?? null,
  from,
});

const describe = ({ owner, list, key }: TakenList): NonNullable<PublisherRules['list']> => ({
  from: owner,
  sequence: list.sequence,
  validUntil: list.validUntil,
  key: fingerprint(key),
});
