/**
 * A scripted stand-in for `window.cloister`, for looking at the page alone: no application stands behind it, its answers
 * are written down in `page-data.ts`. It runs in the page, installed before the page's own scripts.
 */
import type { EventName, EventPayload, Input, Method, Output } from '../../shared/contract/index.ts';
import type {
  Collection,
  Conversation,
  LedgerEntry,
  Message,
  Settings,
  ShownSettings,
  VaultStatus,
} from '../../shared/contract/types.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import type { Result } from '../../shared/result.ts';
import * as data from './page-data.ts';

export interface Scenario {
  readonly vault?: VaultStatus['state'];
  readonly keySource?: VaultStatus['keySource'];
  readonly keychain?: boolean;
  readonly engine?: data.EngineScene;
  /** How many chat models are installed. */
  readonly chatModels?: number;
  readonly documents?: 'none' | 'empty' | 'samples' | 'some' | 'many' | 'ingesting';
  readonly talks?: 'none' | 'some';
  readonly guideSeen?: boolean;
  readonly theme?: Settings['theme'];
  /** The organisation's limit, in minutes. */
  readonly idleLockAtMost?: ShownSettings['idleLockAtMost'];
  /** Methods that answer with this code. */
  readonly fails?: Partial<Record<Method, ErrorCode>>;
  /** Methods that never answer. */
  readonly hangs?: readonly Method[];
  /** Whether the exact words can be placed. */
  readonly place?: 'placed' | 'ambiguous' | 'no_boxes' | 'not_in_document';
  readonly notice?: 'file_moved' | 'file_changed' | null;
  readonly verified?: boolean;
  /** Milliseconds between two events of an answer, and characters in each. */
  readonly pace?: { readonly every: number; readonly characters: number };
  /** The lease as PDF, base64, and where the quoted words stand on its third page. */
  readonly pdf?: string;
  readonly rectangles?: readonly {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  }[];
}

export const rightPassphrase = 'correct horse battery staple';

/** The ids of the last question, for scripts that play an answer of their own. */
export interface Asked {
  readonly requestId: string;
  readonly conversationId: string;
  readonly messageId: string;
}

/** What a test finds beside the bridge. */
export interface Scripted {
  readonly calls: readonly { readonly method: string; readonly input: unknown }[];
  readonly emit: (event: EventName, payload: unknown) => void;
  readonly asked: () => Asked | null;
}

type Handlers = { readonly [M in Method]: (input: Input<M>) => Output<M> | Promise<Output<M>> };

class Refusal extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode) {
    super(code);
    this.code = code;
  }
}

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

export function installScriptedBridge(scenario: Scenario): void {
  const listeners = new Map<string, Set<(payload: unknown) => void>>();
  const calls: { readonly method: string; readonly input: unknown }[] = [];
  const emit = <E extends EventName>(event: E, payload: EventPayload<E>): void => {
    for (const listener of listeners.get(event) ?? []) listener(payload);
  };

  let vault: VaultStatus = {
    state: scenario.vault ?? 'unlocked',
    keySource: scenario.vault === 'absent' ? null : (scenario.keySource ?? 'keychain'),
    keychain:
      scenario.keychain === false
        ? { available: false, backend: null, reason: 'No Secret Service answers on the session bus.' }
        : { available: true, backend: 'GNOME Keyring', reason: null },
    schemaVersion: scenario.vault === 'newer' ? 9 : 1,
  };
  let settings: ShownSettings = {
    theme: scenario.theme ?? 'system',
    guideSeen: scenario.guideSeen ?? scenario.vault !== 'absent',
    idleLock: scenario.idleLockAtMost ?? (vault.keySource === 'passphrase' ? '15' : 'off'),
    idleLockAtMost: scenario.idleLockAtMost ?? null,
  };
  let engine = data.engineOf(scenario.engine ?? 'sealed', (scenario.chatModels ?? 2) > 0);
  let collections: Collection[] = collectionsOf(scenario);
  const talks: Conversation[] = scenario.talks === 'none' ? [] : data.conversations.map((one) => ({ ...one }));
  const entries = new Map<string, LedgerEntry[]>([
    ['tenancy', data.ledger(scenario.documents === 'many' ? 3000 : 34)],
    ['samples', data.ledger(0).slice(0, 3)],
  ]);
  const stopped = new Set<string>();
  let asked: Asked | null = null;
  // As the application does: each event counts its own numbers.
  const sequences = { app: 0, documents: 0, chats: 0 };

  const status = () => data.statusOf(vault, engine);
  const changed = () => emit('app.changed', { sequence: (sequences.app += 1), status: status() });
  const setVault = (state: VaultStatus['state'], keySource = vault.keySource): VaultStatus => {
    vault = { ...vault, state, keySource };
    setTimeout(changed, 0);
    return vault;
  };
  const talkOf = (id: string): Conversation => {
    const found = talks.find((one) => one.id === id);
    if (found === undefined) throw new Refusal('not_found');
    return found;
  };
  const keep = (conversation: Conversation): void => {
    const at = talks.findIndex((one) => one.id === conversation.id);
    if (at < 0) talks.unshift(conversation);
    else talks[at] = conversation;
  };

  /** Plays an answer: stages, then its text piece by piece, then the message as kept. */
  const play = async (conversationId: string, requestId: string, answer: Message): Promise<void> => {
    const { every, characters } = scenario.pace ?? { every: 16, characters: 12 };
    const send = (stage: EventPayload<'chats.progress'>['stage'], delta: string, kept: Message | null) =>
      emit('chats.progress', {
        sequence: (sequences.chats += 1),
        requestId,
        conversationId,
        messageId: answer.id,
        stage,
        delta,
        message: kept,
      });
    send('retrieving', '', null);
    await wait(every * 8);
    const quotes = answer.mode === 'quotes';
    const full = quotes ? '' : data.answerText;
    if (!quotes) {
      send('loading', '', null);
      await wait(every * 8);
    }
    let text = '';
    for (let at = 0; at < full.length && !stopped.has(requestId); at += characters) {
      const delta = full.slice(at, at + characters);
      text += delta;
      send('generating', delta, null);
      await wait(every);
    }
    const cut = stopped.has(requestId);
    const done: Message = {
      ...answer,
      text: quotes ? '> quote' : text,
      state: cut ? 'stopped' : 'complete',
      model: quotes ? null : 'qwen3:8b',
      citations: cut || answer.mode === 'chat' ? [] : data.citations,
      tokens: 171,
      milliseconds: 6100,
    };
    const talk = talkOf(conversationId);
    keep({ ...talk, messages: talk.messages.map((one) => (one.id === answer.id ? done : one)) });
    send('done', '', done);
  };

  const addCollection = (collection: Collection): Collection => {
    collections = [...collections.filter((one) => one.id !== collection.id), collection];
    return collection;
  };

  const verification = () => {
    const ok = scenario.verified !== false;
    return {
      ok,
      size: 1204,
      root: data.root,
      ...(ok ? {} : { firstBad: 811, problem: 'Entry 811 does not match the hash it was recorded with.' }),
      anchoredBy: 'keychain' as const,
    };
  };

  const handlers: Handlers = {
    'vault.status': () => vault,
    'vault.create': async ({ keySource }) => {
      await wait(60);
      return setVault('unlocked', keySource);
    },
    'vault.unlock': async ({ passphrase }) => {
      await wait(60);
      if (vault.keySource === 'passphrase' && passphrase === undefined) throw new Refusal('passphrase_needed');
      if (vault.keySource === 'passphrase' && passphrase !== rightPassphrase) throw new Refusal('wrong_passphrase');
      return setVault('unlocked');
    },
    'vault.lock': () => setVault('locked'),
    'app.status': status,
    'app.doctor': async () => {
      await wait(30);
      return { checks: data.checks };
    },
    'engine.start': () => (engine = data.engineOf('sealed', false)),
    'engine.stop': () => (engine = data.engineOf('stopped', false)),
    'engine.trust': () => (engine = data.engineOf('stopped', false)),
    'egress.attempts': () => ({
      attempts: [
        { at: data.before(86_400_000), host: 'ollama.com', purpose: 'engine', allowed: false, bytes: 0 },
        { at: data.before(3_600_000), host: 'registry.ollama.ai', purpose: 'model', allowed: false, bytes: 0 },
      ],
    }),
    'app.active': () => ({}),
    'settings.get': () => settings,
    'settings.set': (change) => (settings = { ...settings, ...(change as Partial<Settings>) }),
    'collections.list': () => ({ collections }),
    'collections.create': ({ name }) => {
      if (collections.some((one) => one.name === name)) throw new Refusal('conflict');
      return addCollection({ ...data.emptyCollection, id: `c${collections.length + 1}`, name });
    },
    'collections.delete': ({ id }) => {
      collections = collections.filter((one) => one.id !== id);
      return {};
    },
    'documents.list': ({ collectionId }) => ({ entries: entries.get(collectionId) ?? [] }),
    'documents.choose': () => ({ supported: false, started: false }),
    'documents.upload': ({ collectionId, name, offset, bytes, total }) => {
      const complete = offset + bytes.length >= total;
      if (complete) takeIn(collectionId, name, total);
      return { complete };
    },
    'documents.addSamples': async () => {
      await wait(80);
      return addCollection(data.samples);
    },
    'documents.rescan': () => ({}),
    'documents.cancel': () => ({}),
    'documents.remove': ({ documentId }) => {
      for (const [id, list] of entries)
        entries.set(
          id,
          list.filter((one) => one.documentId !== documentId),
        );
      return {};
    },
    'search.query': ({ mode }) => {
      if (mode !== 'keyword' && engine.state !== 'ready') throw new Refusal('engine_failed');
      return { hits: data.citations.map((one) => one.passage), ms: 11 };
    },
    'viewer.open': ({ documentId }) =>
      documentId === 'mail'
        ? {
            documentId,
            name: 'Re: moving out earlier.eml',
            path: '/home/ana/Tenancy/Re: moving out earlier.eml',
            kind: 'text',
            pages: 1,
            bytes: 9200,
            notice: scenario.notice ?? null,
          }
        : {
            documentId,
            name: 'Lease agreement.pdf',
            path: '/home/ana/Tenancy/Lease agreement.pdf',
            kind: scenario.pdf === undefined || (scenario.notice ?? null) !== null ? 'text' : 'pdf',
            pages: 3,
            bytes: 412_000,
            notice: scenario.notice ?? null,
          },
    'viewer.bytes': ({ offset }) => {
      const bytes = Uint8Array.from(atob(scenario.pdf ?? ''), (character) => character.charCodeAt(0));
      return { bytes: bytes.slice(offset, offset + 40_000), total: bytes.length };
    },
    'viewer.page': ({ documentId, page }) => pageOf(documentId, page),
    'viewer.locate': ({ documentId, start, end }) => {
      const place = scenario.place ?? 'placed';
      if (place !== 'placed') return { placed: false, page: documentId === 'mail' ? 1 : 3, reason: place };
      return documentId === 'mail'
        ? { placed: true, page: 1, start, end, rectangles: [] }
        : { placed: true, page: 3, start, end, rectangles: [...(scenario.rectangles ?? [])] };
    },
    'chats.list': ({ query }) => ({
      conversations: talks
        .filter(
          (one) =>
            query === undefined ||
            `${one.title} ${one.messages[0]?.text ?? ''}`.toLowerCase().includes(query.toLowerCase()),
        )
        .map(({ id, title, updatedAt, messages }) => ({ id, title, updatedAt, messages: messages.length })),
    }),
    'chats.get': ({ id }) => talkOf(id),
    'chats.rename': ({ id, title }) => {
      const next = { ...talkOf(id), title };
      keep(next);
      return { id, title, updatedAt: next.updatedAt, messages: next.messages.length };
    },
    'chats.delete': ({ id }) => {
      talks.splice(talks.indexOf(talkOf(id)), 1);
      return {};
    },
    'chats.send': async ({ conversationId, text, mode, collectionId }) => {
      await wait(20);
      const id = conversationId ?? `talk${talks.length + 1}`;
      const requestId = `request${calls.length}`;
      const question = data.message({
        id: `${requestId}q`,
        role: 'user',
        text,
        mode,
        createdAt: new Date().toISOString(),
      });
      const answer = data.message({
        id: `${requestId}a`,
        role: 'assistant',
        text: '',
        mode,
        state: 'streaming',
        model: null,
        createdAt: new Date().toISOString(),
      });
      const known = talks.find((one) => one.id === id);
      keep({
        id,
        title: known?.title ?? text.slice(0, 60),
        updatedAt: answer.createdAt,
        collectionId: collectionId ?? null,
        messages: [...(known?.messages ?? []), question, answer],
      });
      asked = { requestId, conversationId: id, messageId: answer.id };
      void play(id, requestId, answer);
      return { requestId, conversationId: id, question, answer };
    },
    'chats.retry': ({ messageId }) => {
      const talk = talks.find((one) => one.messages.some((each) => each.id === messageId));
      const old = talk?.messages.find((each) => each.id === messageId);
      if (talk === undefined || old === undefined) throw new Refusal('not_found');
      const requestId = `request${calls.length}`;
      const answer: Message = {
        ...old,
        text: '',
        state: 'streaming',
        citations: [],
        abstained: false,
        dropped: 0,
        errorCode: null,
      };
      void play(talk.id, requestId, answer);
      return { requestId, conversationId: talk.id, answer };
    },
    'chats.stop': ({ requestId }) => {
      stopped.add(requestId);
      return {};
    },
    'models.list': () => ({
      models: [...[data.chatModel, data.smallModel].slice(0, scenario.chatModels ?? 2), data.embedder],
    }),
    'models.recommend': () => ({ hardware: data.hardware, candidates: data.candidates }),
    'audit.list': ({ before, limit }) => ({
      entries: data
        .auditEntries(1204)
        .filter((one) => before === undefined || one.index < before)
        .slice(0, limit ?? 100),
      size: 1204,
    }),
    'audit.verify': async () => {
      await wait(120);
      return verification();
    },
  };

  /** A file taken in: waits, is read, is ready. */
  function takeIn(collectionId: string, name: string, bytes: number): void {
    const states: readonly LedgerEntry['status'][] = ['waiting', 'parsing', 'indexed'];
    for (const [at, state] of states.entries()) {
      setTimeout(() => {
        const ready = state === 'indexed';
        const entry: LedgerEntry = {
          documentId: ready ? `up-${name.length}` : null,
          path: name,
          name: name.slice(name.lastIndexOf('/') + 1),
          status: state,
          reason: null,
          pages: ready ? 2 : 0,
          chunks: ready ? 9 : 0,
          embedded: 0,
          bytes,
          indexedAt: ready ? new Date().toISOString() : null,
        };
        entries.set(collectionId, [...(entries.get(collectionId) ?? []).filter((one) => one.path !== name), entry]);
        const collection = collections.find((one) => one.id === collectionId) ?? data.emptyCollection;
        const next = ready
          ? {
              ...collection,
              documents: collection.documents + 1,
              chunks: collection.chunks + 9,
              bytes: collection.bytes + bytes,
            }
          : collection;
        addCollection(next);
        emit('documents.progress', {
          sequence: (sequences.documents += 1),
          collectionId,
          // No event carries an upload's entry: the ledger alone knows it.
          entry: null,
          collection: next,
          done: 0,
          total: 0,
          finished: false,
        });
      }, at * 60);
    }
  }

  const invoke = Object.fromEntries(
    Object.entries(handlers).map(([method, handle]) => [
      method,
      async (input: never): Promise<Result<unknown>> => {
        calls.push({ method, input });
        if (scenario.hangs?.includes(method as Method) === true) await new Promise(() => undefined);
        const failure = scenario.fails?.[method as Method];
        if (failure !== undefined) return { ok: false, error: { code: failure, correlationId: 'b7f2c1' } };
        try {
          return { ok: true, value: await (handle as (input: never) => unknown)(input) };
        } catch (thrown) {
          return {
            ok: false,
            error: { code: thrown instanceof Refusal ? thrown.code : 'internal', correlationId: 'b7f2c1' },
          };
        }
      },
    ]),
  );
  const on = (event: string, listener: (payload: unknown) => void) => {
    const set = listeners.get(event) ?? new Set();
    listeners.set(event, set.add(listener));
    if (event === 'documents.progress' && scenario.documents === 'ingesting') setTimeout(() => showIngest(emit), 50);
    return () => void set.delete(listener);
  };
  Object.assign(globalThis, {
    cloister: Object.freeze({ invoke: Object.freeze(invoke), on }),
    scripted: { calls, emit, asked: () => asked },
  });
}

function collectionsOf({ documents = 'some' }: Scenario): Collection[] {
  switch (documents) {
    case 'none':
      return [];
    case 'empty':
      return [data.emptyCollection];
    case 'samples':
      return [data.samples];
    case 'ingesting':
      return [{ ...data.tenancy, embedded: 240 }, data.samples];
    default:
      return [data.tenancy, data.samples, data.emptyCollection];
  }
}

function showIngest(emit: <E extends EventName>(event: E, payload: EventPayload<E>) => void): void {
  const collection = { ...data.tenancy, embedded: 240 };
  const entry: LedgerEntry = {
    ...data.ledger(0)[1]!,
    documentId: null,
    path: '/home/ana/Tenancy/Minutes.docx',
    name: 'Minutes.docx',
    status: 'parsing',
    pages: 0,
    chunks: 0,
    embedded: 0,
    indexedAt: null,
  };
  emit('documents.progress', {
    sequence: 1,
    collectionId: 'tenancy',
    entry,
    collection,
    done: 17,
    total: 42,
    finished: false,
  });
}

function pageOf(documentId: string, page: number): Output<'viewer.page'> {
  const paragraphs =
    documentId === 'mail'
      ? ['From: M. Keller', 'To: Ana', data.citations[2]!.passage.text, 'Kind regards']
      : [
          '§ 9 Term and notice',
          '(1) The tenancy begins on 1 September 2021 and runs for an indefinite period.',
          data.leaseText,
          data.citations[1]!.passage.text,
        ];
  const starts = documentId === 'mail' ? [0, 60, 120, 400] : [3800, 3850, 4000, 4300];
  return {
    page,
    label: null,
    start: 0,
    end: 5000,
    blocks: paragraphs.map((text, at) => ({
      kind: documentId === 'mail' ? (at < 2 ? 'header' : 'paragraph') : at === 0 ? 'heading' : 'paragraph',
      level: at === 0 ? 2 : null,
      start: starts[at] ?? 0,
      end: (starts[at] ?? 0) + text.length,
      text,
      locator: null,
    })),
  };
}
