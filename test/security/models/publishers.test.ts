import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPublishers } from '../../../electron/models/publishers/create-publishers.ts';
import { createListShelf } from '../../../electron/models/publishers/shelf.ts';
import type { Publishers } from '../../../electron/models/publishers/types.ts';
import { policyRegistry, type PolicyKey, type PolicyValues } from '../../../shared/policy/registry.ts';
import { somebody, trustInMemory, type TestTrust } from '../../fixtures/model-trust.ts';
import { publisherList, signatureFor, signer, writeList } from '../../fixtures/publisher-list.ts';

const organisation = signer();
const stranger = signer();

let folder: string;
let trust: TestTrust;
let clock: Date;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloister-publishers-'));
  trust = trustInMemory();
  clock = new Date('2030-01-01T00:00:00Z');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const listPath = (): string => join(folder, 'publishers.json');
const own = (name: string): string => join(folder, name);

function publishersWith(policy: Partial<PolicyValues>): Publishers {
  return createPublishers({
    policy: {
      path: join(folder, 'policy.json'),
      value: <Key extends PolicyKey>(key: Key) => (policy[key] ?? policyRegistry[key].usual) as PolicyValues[Key],
      source: (key) => (policy[key] === undefined ? 'usual' : 'policy'),
    },
    shelf: createListShelf({ vault: trust.vault, audit: trust.audit, now: () => clock }),
    now: () => clock,
  });
}
const managed = (policy: Partial<PolicyValues> = {}): Publishers =>
  publishersWith({ 'models.publishersKey': organisation.publicKey, ...policy });

const labs = { name: 'Example Labs', registry: 'registry.example.org/labs' };

describe('the list that policy names a key for', () => {
  it('holds alone: neither the usual publishers nor the person’s own count beside it', async () => {
    writeList(listPath(), organisation);
    await expect(managed().listed()).resolves.toEqual([labs]);
    await expect(managed().rules()).resolves.toEqual({
      publishers: [{ ...labs, key: null, from: 'organisation' }],
      list: {
        from: 'organisation',
        sequence: 1,
        validUntil: '2099-12-31T00:00:00Z',
        key: organisation.fingerprint,
      },
      locked: true,
      problem: null,
    });
    expect(trust.recorded).toMatchObject([
      { kind: 'model', stage: 'publishers', model: null, note: expect.stringContaining('List 1') as string },
    ]);
  });

  it('counts beside what the policy file itself lists', async () => {
    writeList(listPath(), organisation);
    const mine = { name: 'Ours', registry: 'registry.our.example' };
    await expect(managed({ 'models.publishers': [mine] }).listed()).resolves.toEqual([mine, labs]);
  });

  it('names keys, which signatures of bundles are compared with', async () => {
    const publishers = [{ name: 'Ed', keys: [stranger.publicKey] }];
    writeList(listPath(), organisation, publisherList({ publishers }));
    await expect(managed().listed()).resolves.toEqual([{ name: 'Ed', key: stranger.fingerprint }]);
  });

  it('is refused, and the last good one stays, when a byte of it or of its signature changed', async () => {
    const good = publisherList({ sequence: 5 });
    writeList(listPath(), organisation, good);
    const publishers = managed();
    await publishers.listed();
    for (const at of [0, 20, good.length - 1]) {
      const changed = Buffer.from(good);
      changed[at] = (changed[at] ?? 0) ^ 1;
      writeFileSync(listPath(), changed);
      await expect(publishers.rules()).resolves.toMatchObject({
        list: { sequence: 5 },
        problem: { code: 'signature' },
      });
    }
    writeFileSync(listPath(), good);
    const signature = signatureFor(good, organisation);
    for (const wrong of [signature.subarray(1), Buffer.alloc(64), Buffer.concat([signature, signature])]) {
      writeFileSync(`${listPath()}.sig`, wrong);
      await expect(publishers.rules()).resolves.toMatchObject({ problem: { code: 'signature' } });
    }
    await expect(publishers.listed()).resolves.toEqual([labs]);
  });

  it.each<[string, string, (path: string) => void]>([
    ['another key signed', 'signature', (path) => writeList(path, stranger, publisherList({ sequence: 9 }))],
    ['an older one is put back', 'older', (path) => writeList(path, organisation, publisherList({ sequence: 4 }))],
    [
      'another one has the same number',
      'same_number',
      (path) => writeList(path, organisation, publisherList({ sequence: 5, publishers: [] })),
    ],
    [
      'it is over',
      'expired',
      (path) => writeList(path, organisation, publisherList({ sequence: 9, validUntil: '2029-12-31T23:59:59Z' })),
    ],
    ['it is no JSON', 'junk', (path) => writeList(path, organisation, Buffer.from('{"type":'))],
    ['it is not UTF-8', 'junk', (path) => writeList(path, organisation, Buffer.from([0xff, 0xfe, 0x00]))],
    [
      'it has an unknown part',
      'junk',
      (path) => writeList(path, organisation, publisherList({ sequence: 9, also: 1 })),
    ],
    ['its number is no number', 'junk', (path) => writeList(path, organisation, publisherList({ sequence: '9' }))],
    ['its number is beyond all', 'junk', (path) => writeList(path, organisation, publisherList({ sequence: 2e300 }))],
    ['it has no end', 'junk', (path) => writeList(path, organisation, publisherList({ validUntil: 'never' }))],
    [
      'a name hides characters',
      'junk',
      (path) => writeList(path, organisation, publisherList({ publishers: [{ name: 'Example\u202eLabs' }] })),
    ],
    [
      'a registry is a URL',
      'junk',
      (path) =>
        writeList(
          path,
          organisation,
          publisherList({ publishers: [{ name: 'X', registries: ['https://x.example'] }] }),
        ),
    ],
    [
      'a key is none',
      'junk',
      (path) => writeList(path, organisation, publisherList({ publishers: [{ name: 'X', keys: ['AAAA'] }] })),
    ],
    [
      'one key has two owners',
      'junk',
      (path) =>
        writeList(
          path,
          organisation,
          publisherList({
            publishers: [
              { name: 'X', keys: [stranger.publicKey] },
              { name: 'Y', keys: [stranger.publicKey] },
            ],
          }),
        ),
    ],
    [
      'it is signed for something else',
      'junk',
      (path) => writeList(path, organisation, publisherList({ type: 'cloister-updates', sequence: 9 })),
    ],
    ['it is huge', 'too_large', (path) => writeList(path, organisation, Buffer.alloc(2 * 1024 * 1024, 0x20))],
    ['its signature is missing', 'signature', (path) => rmSync(`${path}.sig`)],
    ['it is gone', 'unreadable', (path) => rmSync(path)],
    [
      'it is a folder',
      'unreadable',
      (path) => {
        rmSync(path);
        mkdirSync(path);
      },
    ],
    [
      'it is a pipe that nobody writes to',
      'unreadable',
      (path) => {
        rmSync(path);
        execFileSync('mkfifo', [path]);
      },
    ],
    [
      'it is endless',
      'unreadable',
      (path) => {
        rmSync(path);
        symlinkSync('/dev/zero', path);
      },
    ],
  ])('where %s is refused with the reason, and the last good one stays', async (_, code, spoil) => {
    writeList(listPath(), organisation, publisherList({ sequence: 5 }));
    const publishers = managed();
    await publishers.listed();
    spoil(listPath());
    const { list, problem } = await publishers.rules();
    expect(problem).toMatchObject({ code, reason: expect.stringMatching(/\.$/) as string });
    expect(list).toMatchObject({ sequence: 5 });
    await expect(publishers.listed()).resolves.toEqual([labs]);
    expect(trust.recorded).toHaveLength(1);
    // A program that starts anew knows what was taken, too.
    await expect(managed().listed()).resolves.toEqual([labs]);
  });

  it('lists nobody where none was ever good, and once the last good one is over', async () => {
    writeList(listPath(), stranger);
    await expect(managed().listed()).resolves.toEqual([]);
    writeList(listPath(), organisation, publisherList({ validUntil: '2030-01-02T00:00:00Z' }));
    await expect(managed().listed()).resolves.toEqual([labs]);
    clock = new Date('2030-01-02T00:00:00Z');
    await expect(managed().listed()).resolves.toEqual([]);
    rmSync(listPath());
    await expect(managed().rules()).resolves.toMatchObject({ publishers: [], list: null, locked: true });
  });

  it('begins to count anew with another key, and the person’s own list never counts beside it', async () => {
    writeList(listPath(), organisation, publisherList({ sequence: 90 }));
    await managed().listed();
    writeList(listPath(), stranger, publisherList({ sequence: 1 }));
    const policy = { 'models.publishersKey': stranger.publicKey };
    await expect(publishersWith(policy).rules()).resolves.toMatchObject({ list: { sequence: 1 }, problem: null });
    await expect(publishersWith(policy).import(listPath(), { actor: somebody })).rejects.toMatchObject({
      code: 'forbidden',
      detail: { problem: 'locked' },
    });
  });
});

describe('a person’s own list', () => {
  const keyFile = (key: string): string => {
    writeFileSync(own('key.pub'), key);
    return own('key.pub');
  };
  const bring = (path: string, key?: string) =>
    publishersWith({}).import(path, { key: key === undefined ? undefined : keyFile(key), actor: somebody });

  it('counts beside the usual ones, and is recorded with who brought it', async () => {
    writeList(own('mine.json'), stranger);
    await expect(bring(own('mine.json'))).rejects.toMatchObject({ code: 'bad_request' });
    await expect(bring(own('mine.json'), stranger.publicKey)).resolves.toMatchObject({ locked: false, problem: null });
    const listed = await publishersWith({}).listed();
    expect(listed).toEqual([...policyRegistry['models.publishers'].usual, labs]);
    expect(trust.recorded).toMatchObject([{ stage: 'publishers', subject: somebody.subject }]);
  });

  it('follows by the key that was given once, and no older one comes after it', async () => {
    writeList(own('mine.json'), stranger, publisherList({ sequence: 7 }));
    await bring(own('mine.json'), stranger.publicKey);
    writeList(own('mine.json'), stranger, publisherList({ sequence: 8, publishers: [] }));
    await expect(bring(own('mine.json'))).resolves.toMatchObject({ list: { sequence: 8 } });
    writeList(own('mine.json'), stranger, publisherList({ sequence: 7 }));
    await expect(bring(own('mine.json'), stranger.publicKey)).rejects.toMatchObject({ detail: { problem: 'older' } });
    writeList(own('mine.json'), organisation, publisherList({ sequence: 9 }));
    await expect(bring(own('mine.json'))).rejects.toMatchObject({ detail: { problem: 'signature' } });
    await expect(publishersWith({}).rules()).resolves.toMatchObject({
      list: { sequence: 8, key: stranger.fingerprint },
    });
  });

  it.each<[string, Partial<PolicyValues>]>([
    ['policy lists publishers', { 'models.publishers': [] }],
    ['policy names a key', { 'models.publishersKey': organisation.publicKey }],
  ])('does not count where %s', async (_, policy) => {
    writeList(own('mine.json'), stranger);
    await bring(own('mine.json'), stranger.publicKey);
    await expect(publishersWith(policy).listed()).resolves.toEqual([]);
  });

  it('needs the open vault: nobody else can add to it', async () => {
    writeList(own('mine.json'), stranger);
    trust = trustInMemory('locked');
    await expect(bring(own('mine.json'), stranger.publicKey)).rejects.toMatchObject({ code: 'locked' });
  });

  it('takes a signature in base64, as it is spelt', async () => {
    writeList(own('mine.json'), stranger);
    const signature = signatureFor(publisherList(), stranger).toString('base64');
    writeFileSync(own('mine.json.sig'), `${signature.slice(0, 40)}\n${signature.slice(40)}`);
    await expect(bring(own('mine.json'), stranger.publicKey)).rejects.toMatchObject({
      detail: { problem: 'signature' },
    });
    writeFileSync(own('mine.json.sig'), `${signature}\n`);
    await expect(bring(own('mine.json'), stranger.publicKey)).resolves.toMatchObject({ list: { sequence: 1 } });
  });

  it('is made with OpenSSL alone', async () => {
    const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
    writeFileSync(own('mine.json'), publisherList());
    openssl('genpkey', '-algorithm', 'ed25519', '-out', 'key.pem');
    openssl('pkey', '-in', 'key.pem', '-pubout', '-out', 'key.pub');
    openssl('pkeyutl', '-sign', '-rawin', '-inkey', 'key.pem', '-in', 'mine.json', '-out', 'mine.json.sig');
    const options = { key: own('key.pub'), actor: somebody };
    await expect(publishersWith({}).import(own('mine.json'), options)).resolves.toMatchObject({
      list: { sequence: 1 },
    });
  });

  it('never has a private key beside it', async () => {
    writeList(own('mine.json'), stranger);
    const pem = stranger.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
    await expect(bring(own('mine.json'), pem)).rejects.toMatchObject({ code: 'unsupported_type' });
  });
});
