import type { Input, Method } from '../../shared/contract/index.ts';

const sha256 = 'a'.repeat(64);
const identity = { id: 'abc' };

/** One input of each method that its schema takes. A method without one here does not compile. */
export const validInputs: { readonly [M in Method]: Input<M> } = {
  'vault.status': {},
  'vault.create': { keySource: 'passphrase', passphrase: 'correct horse battery' },
  'vault.unlock': { passphrase: 'wrong horse battery' },
  'vault.lock': {},
  'app.status': {},
  'app.doctor': {},
  'engine.start': {},
  'engine.stop': {},
  'engine.trust': { sha256 },
  'egress.attempts': {},
  'app.active': {},
  'settings.get': {},
  'settings.set': { theme: 'dark', guideSeen: true, idleLock: '60' },
  'collections.list': {},
  'collections.create': { name: 'Handbook', label: 'internal' },
  'collections.delete': identity,
  'documents.list': { collectionId: 'abc' },
  'documents.choose': { collectionId: 'abc', kind: 'files' },
  'documents.upload': {
    collectionId: 'abc',
    uploadId: 'u',
    name: 'a.txt',
    offset: 0,
    total: 3,
    bytes: new Uint8Array([1, 2, 3]),
  },
  'documents.addSamples': {},
  'documents.rescan': { collectionId: 'abc' },
  'documents.cancel': { collectionId: 'abc' },
  'documents.remove': { documentId: 'abc' },
  'search.query': { query: 'notice period', collectionId: 'abc', k: 5, mode: 'keyword' },
  'viewer.open': { documentId: 'abc' },
  'viewer.bytes': { documentId: 'abc', offset: 0 },
  'viewer.page': { documentId: 'abc', page: 1 },
  'viewer.locate': { documentId: 'abc', start: 0, end: 5, quote: 'words' },
  'chats.list': { query: 'words' },
  'chats.get': identity,
  'chats.rename': { ...identity, title: 'A title' },
  'chats.delete': identity,
  'chats.send': { conversationId: 'abc', text: 'A question', mode: 'quotes', collectionId: 'abc', model: 'a' },
  'chats.retry': { messageId: 'abc', model: 'a', contextTokens: 512 },
  'chats.stop': { requestId: 'abc' },
  'models.list': {},
  'models.passport': { name: 'a' },
  'models.approve': { name: 'a', digest: 'sha256:0', reason: 'words' },
  'models.block': { name: 'a', reason: 'words' },
  'models.remove': { name: 'a' },
  'models.rollback': { name: 'a' },
  'models.evaluate': { name: 'a', running: false },
  'models.stopEvaluation': { name: 'a' },
  'models.verify': { name: 'a' },
  'models.rules': {},
  'models.recommend': { vram: 1, ram: 1 },
  'models.pull': { name: 'a', from: 'https://registry.example' },
  'models.import': {},
  'models.upload': { uploadId: 'u', name: 'a.gguf', offset: 0, total: 3, bytes: new Uint8Array([1, 2, 3]) },
  'models.downloads': {},
  'models.pause': identity,
  'models.resume': identity,
  'models.cancel': identity,
  'models.refusal': { name: 'a' },
  'models.fit': { names: ['a'], contextTokens: 1 },
  'audit.list': { before: 1, limit: 10 },
  'audit.verify': {},
  'gateway.status': {},
  'gateway.start': { port: 0 },
  'gateway.stop': {},
  'gateway.issue': { name: 'editor', scopes: ['chat'] },
  'gateway.tokens': {},
  'gateway.revoke': { id: 't1' },
};

const nest = (depth: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = { value };
  return value;
};

const cycle: Record<string, unknown> = {};
cycle['self'] = cycle;

/** Values that no field and no input is. Made anew for each use: some are large. */
export const junkValues: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  true: () => true,
  zero: () => 0,
  negative: () => -1,
  fraction: () => 0.5,
  NaN: () => NaN,
  infinity: () => Infinity,
  'beyond safe integers': () => 2 ** 60,
  'a big integer': () => 1n,
  'empty text': () => '',
  'a null byte': () => 'a\0b',
  'a path upwards': () => '../../../../etc/passwd',
  sql: () => "'; DROP TABLE documents; --",
  'half a surrogate pair': () => '\ud800',
  'text from right to left': () => '\u202egnp.exe',
  'a megabyte of text': () => 'a'.repeat(1024 * 1024),
  'an empty list': () => [],
  'a long list': () => Array.from({ length: 10_000 }, () => 0),
  'an empty object': () => ({}),
  'a deep object': () => nest(5000),
  'a cycle': () => cycle,
  'a polluting object': () =>
    JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}') as unknown,
  'an object that is also text': () => ({ toString: () => 'abc', valueOf: () => 'abc', length: 3 }),
  'an object that throws': () =>
    new Proxy({}, { get: () => { throw new Error('/home/someone/secret'); }, ownKeys: () => { throw new Error('/home/someone/secret'); } }), // prettier-ignore
  'a function': () => () => 1,
  'a symbol': () => Symbol('a'),
  'a date': () => new Date(0),
  'a map': () => new Map([['a', 1]]),
  'a promise': () => Promise.resolve(1),
  'an error': () => new Error('/home/someone/secret'),
  'empty bytes': () => new Uint8Array(0),
  'bytes of another kind': () => new Float64Array(8),
  'nine megabytes': () => new Uint8Array(9 * 1024 * 1024),
};

/** Names that are not methods, though an object might answer to them. */
export const junkMethods = [
  '',
  'constructor',
  '__proto__',
  'toString',
  'hasOwnProperty',
  'vault',
  'vault.',
  'vault.Status',
  'vault.status ',
  'vault.status\0',
  'vault.status.parse',
];
