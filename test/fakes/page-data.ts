import type {
  AppStatus,
  AuditEntry,
  Candidate,
  Check,
  Citation,
  Collection,
  Conversation,
  EngineStatus,
  Hardware,
  InstalledModel,
  LedgerEntry,
  Message,
} from '../../shared/contract/types.ts';

/** Made-up data for the scripted bridge. Times are counted back from now, so that groups by time are all filled. */
const minute = 60_000;
const day = 24 * 60 * minute;
export const before = (milliseconds: number): string => new Date(Date.now() - milliseconds).toISOString();
const hash = (seed: string): string => {
  let text = '';
  for (let at = 0; text.length < 64; at += 1)
    text += ((seed.charCodeAt(at % seed.length) * 31 + at * 17) % 256).toString(16).padStart(2, '0');
  return text.slice(0, 64);
};

export type EngineScene = 'sealed' | 'port' | 'missing' | 'unknown' | 'changed' | 'failed' | 'stopped' | 'starting';

export function engineOf(scene: EngineScene, loaded: boolean): EngineStatus {
  const base: EngineStatus = {
    state: 'ready',
    cage: 'namespace',
    cageReason: null,
    version: '0.32.15',
    sha256: hash('engine'),
    path: '/usr/local/bin/ollama',
    trust: 'trusted',
    reason: null,
    restarts: 0,
    loaded: loaded ? [{ name: 'qwen3:8b', bytes: 5.6e9, gpuBytes: 5.6e9 }] : [],
  };
  switch (scene) {
    case 'sealed':
      return base;
    case 'port':
      return { ...base, cage: 'port', cageReason: 'Bubblewrap is not installed on this system.' };
    case 'missing':
      return {
        ...base,
        state: 'stopped',
        cage: null,
        version: null,
        sha256: null,
        path: null,
        trust: 'missing',
        loaded: [],
      };
    case 'unknown':
    case 'changed':
      return { ...base, state: 'stopped', cage: null, trust: scene, loaded: [] };
    case 'failed':
      return {
        ...base,
        state: 'failed',
        cage: null,
        reason: 'It ended four times within a minute (exit code 134).',
        restarts: 4,
        loaded: [],
      };
    case 'stopped':
    case 'starting':
      return { ...base, state: scene, cage: null, loaded: [] };
  }
}

export const statusOf = (vault: AppStatus['vault'], engine: EngineStatus): AppStatus => ({
  vault,
  engine,
  egress: { open: false, made: 0, refused: 2 },
  record: vault.state === 'unlocked' ? { size: 1204, verified: true, checkedAt: before(3 * minute) } : null,
  memory: { totalBytes: 32e9, freeBytes: 18.4e9 },
  host: 'chromium',
  platform: 'linux',
  version: '0.1.0',
});

export const tenancy: Collection = {
  id: 'tenancy',
  name: 'Tenancy',
  label: null,
  documents: 42,
  chunks: 900,
  embedded: 900,
  bytes: 48_200_000,
  failed: 2,
};
export const samples: Collection = {
  id: 'samples',
  name: 'Sample documents',
  label: null,
  documents: 4,
  chunks: 61,
  embedded: 61,
  bytes: 412_000,
  failed: 0,
};
export const emptyCollection: Collection = {
  id: 'house',
  name: 'House papers',
  label: null,
  documents: 0,
  chunks: 0,
  embedded: 0,
  bytes: 0,
  failed: 0,
};

const entry = (name: string, part: Partial<LedgerEntry> = {}): LedgerEntry => ({
  documentId: `doc-${name.replace(/[^a-z0-9]/gi, '')}`,
  path: `/home/ana/Tenancy/${name}`,
  name,
  status: 'indexed',
  reason: null,
  pages: 3,
  chunks: 14,
  embedded: 14,
  bytes: 184_000,
  indexedAt: before(2 * day),
  ...part,
});

export function ledger(many: number): LedgerEntry[] {
  const fixed = [
    entry('Lease agreement.pdf', {
      documentId: 'lease',
      pages: 3,
      chunks: 37,
      bytes: 412_000,
      indexedAt: before(9 * minute),
    }),
    entry('Re: moving out earlier.eml', { documentId: 'mail', pages: 1, chunks: 3, bytes: 9_200 }),
    entry('Heating costs 2025.xlsx', { status: 'unchanged', pages: 2, chunks: 22, bytes: 88_000 }),
    entry('Scan of the handover.pdf', {
      status: 'failed',
      reason: 'All 6 pages are pictures without text. Text recognition is not available yet.',
      pages: 6,
      chunks: 0,
      embedded: 0,
      bytes: 8_400_000,
      indexedAt: null,
    }),
    entry('Bank statements.pdf', {
      status: 'failed',
      documentId: null,
      reason: 'The file is encrypted. Open it, save it without a password, and add it again.',
      pages: 0,
      chunks: 0,
      embedded: 0,
      bytes: 1_200_000,
      indexedAt: null,
    }),
    entry('IMG_2041.heic', {
      status: 'skipped',
      documentId: null,
      reason: 'Pictures are not read yet.',
      pages: 0,
      chunks: 0,
      embedded: 0,
      bytes: 2_900_000,
      indexedAt: null,
    }),
    entry('Old contract (draft).docx', {
      status: 'removed',
      reason: 'The file is gone from its folder.',
      indexedAt: before(12 * day),
    }),
    entry('Notes on the flat.md', { pages: 1, chunks: 6, bytes: 5_400 }),
  ];
  const more = Array.from({ length: many }, (_, at) =>
    entry(`Letter ${String(at + 1).padStart(4, '0')}.docx`, {
      pages: 1 + (at % 4),
      chunks: 4 + (at % 9),
      bytes: 20_000 + at * 731,
    }),
  );
  return [...fixed, ...more];
}

const passage = (documentId: string, document: string, page: number | null, start: number, text: string) => ({
  documentId,
  document,
  path: `/home/ana/Tenancy/${document}`,
  page,
  start,
  end: start + text.length,
  text,
  score: 0.82,
});

export const leaseText =
  '(2) The tenant may terminate this agreement with three months’ notice to the end of a calendar month. Notice must be given in writing and must reach the landlord no later than the third working day of the first month of the period.';
export const leaseQuote =
  'The tenant may terminate this agreement with three months’ notice to the end of a calendar month.';

export const citations: Citation[] = [
  {
    number: 1,
    passage: passage('lease', 'Lease agreement.pdf', 3, 4000, leaseText),
    quote: leaseQuote,
    start: 4004,
    end: 4004 + leaseQuote.length,
    support: 'exact',
  },
  {
    number: 2,
    passage: passage(
      'lease',
      'Lease agreement.pdf',
      3,
      4300,
      'For the landlord the period in paragraph 2 is extended to six months after five years, and to nine months after eight years.',
    ),
    quote: 'extended to six months after five years',
    start: 4350,
    end: 4389,
    support: 'exact',
  },
  {
    number: 3,
    passage: passage(
      'mail',
      'Re: moving out earlier.eml',
      null,
      120,
      'We could agree on two months if you find somebody to take over the flat, but then we should put that in writing.',
    ),
    quote: 'We could agree on two months if you find somebody to take over the flat',
    start: 120,
    end: 191,
    support: 'paraphrased',
  },
];

export const message = (part: Partial<Message> & Pick<Message, 'id' | 'role' | 'text'>): Message => ({
  createdAt: before(8 * minute),
  mode: 'generate',
  model: part.role === 'assistant' ? 'qwen3:8b' : null,
  state: 'complete',
  errorCode: null,
  citations: [],
  abstained: false,
  dropped: 0,
  tokens: null,
  milliseconds: null,
  ...part,
});

export const answerText = `You may end the lease with **three months’ notice** to the end of a calendar month [1]. The landlord’s own period grows with the length of the tenancy: six months after five years [2].

Nothing in the contract lets either side shorten your period; a change needs a signed addendum. The e-mail of 4 March offers two months, but no addendum is among your documents [3].`;

const markdownText = `### What the papers say

| Item | Paid by | Amount |
| --- | --- | ---: |
| Heating | tenant | 1,240 € |
| Caretaker | landlord | 380 € |

1. The landlord **must** send the statement within *twelve months*.
2. You have a year to object; see [the law](https://www.gesetze-im-internet.de/bgb/__556.html).
   - in writing
   - with reasons

> Operating costs follow the area of the flat.

- [x] statement received
- [ ] objection sent

![map of the house](https://tracker.example/pixel.png?leak=secret)

<b onclick="alert(1)">Raw HTML stays text.</b> Plain address: https://example.org/path

\`\`\`python
def share(total: float, area: float, all_areas: float) -> float:
    """The part of the costs that falls on one flat."""
    return total * area / all_areas
\`\`\``;

const talk = (
  id: string,
  title: string,
  ago: number,
  messages: Message[],
  collectionId: string | null = 'tenancy',
): Conversation => ({
  id,
  title,
  updatedAt: before(ago),
  collectionId,
  messages,
});

const notices: Message[] = [
  message({
    id: 'n1',
    role: 'user',
    text: 'How long is the notice period if I want to leave, and can the landlord shorten it?',
  }),
  message({ id: 'n2', role: 'assistant', text: answerText, citations, tokens: 171, milliseconds: 6100 }),
];

const states: Message[] = [
  message({ id: 's1', role: 'user', text: 'Does the lease mention a cat?' }),
  message({ id: 's2', role: 'assistant', text: '', abstained: true, milliseconds: 900, tokens: 12 }),
  message({ id: 's3', role: 'user', text: 'Sum up the handover protocol.' }),
  message({
    id: 's4',
    role: 'assistant',
    text: 'The handover took place on 1 September 2021. The meter readings were',
    state: 'stopped',
  }),
  message({ id: 's5', role: 'user', text: 'And the deposit?' }),
  message({ id: 's6', role: 'assistant', text: '', state: 'failed', errorCode: 'model_too_large' }),
  message({ id: 's7', role: 'user', text: 'Once more, please.' }),
  message({
    id: 's8',
    role: 'assistant',
    text: 'The deposit is three times',
    state: 'interrupted',
    errorCode: 'engine_stopped',
  }),
  message({ id: 's9', role: 'user', text: 'What does the contract say about the deposit?' }),
  message({
    id: 's10',
    role: 'assistant',
    text: 'The deposit is three months’ rent [1].',
    dropped: 2,
    citations: [{ ...citations[1]!, number: 1, support: 'not_found' }],
    tokens: 40,
    milliseconds: 2100,
  }),
];

const quotes: Message[] = [
  message({ id: 'q1', role: 'user', text: 'What is the notice period?', mode: 'quotes' }),
  message({
    id: 'q2',
    role: 'assistant',
    mode: 'quotes',
    model: null,
    text: citations.map((one) => `> ${one.quote} [${one.number}]`).join('\n\n'),
    citations: [
      citations[0]!,
      {
        ...citations[1]!,
        passage: {
          ...citations[1]!.passage,
          start: 4000,
          text: `${leaseText} ${leaseText} ${citations[1]!.passage.text} ${leaseText}`,
        },
        start: 4000 + 2 * (leaseText.length + 1) + 45,
        end: 4000 + 2 * (leaseText.length + 1) + 84,
      },
    ],
    milliseconds: 84,
  }),
];

const long: Message[] = Array.from({ length: 400 }, (_, at) =>
  message(
    at % 2 === 0
      ? { id: `l${at}`, role: 'user', text: `Question ${at / 2 + 1}: what follows?` }
      : { id: `l${at}`, role: 'assistant', text: `${answerText}\n\n${markdownText}`, citations },
  ),
);

export const conversations: Conversation[] = [
  talk('notice', 'Notice periods in the lease', 8 * minute, notices),
  talk('promised', 'What the landlord promised', 50 * minute, quotes),
  talk('states', 'Deposit, handover and a cat', day, states),
  talk(
    'costs',
    'Heating costs, checked line by line',
    3 * day,
    [
      message({ id: 'c1', role: 'user', text: 'Check the statement.', mode: 'chat' }),
      message({ id: 'c2', role: 'assistant', text: markdownText, mode: 'chat', tokens: 310, milliseconds: 11_000 }),
    ],
    null,
  ),
  talk('long', 'Minutes, summed up for Ana and the whole housing committee', 12 * day, long),
  talk(
    'travel',
    'Travel rules, in short',
    90 * day,
    notices.map((one) => ({ ...one, id: `t${one.id}` })),
  ),
];

export const chatModel: InstalledModel = {
  name: 'qwen3:8b',
  digest: hash('qwen'),
  size: 5.2e9,
  kind: 'chat',
  state: 'approved',
  verified: { at: before(2 * minute), ok: true },
};
export const smallModel: InstalledModel = {
  name: 'llama3.2:3b',
  digest: hash('llama'),
  size: 2e9,
  kind: 'chat',
  state: 'approved',
  verified: { at: before(300 * minute), ok: true },
};
export const embedder: InstalledModel = {
  name: 'all-minilm:latest',
  digest: hash('minilm'),
  size: 45e6,
  kind: 'embedding',
  state: 'approved',
  verified: { at: before(2 * minute), ok: true },
};

export const hardware: Hardware = {
  memory: { totalBytes: 32e9, freeBytes: 18.4e9 },
  cpu: { model: 'AMD Ryzen 7 7840U', cores: 8 },
  gpus: [{ name: 'NVIDIA RTX 4060', vendor: 'nvidia', totalBytes: 8e9, freeBytes: 6.9e9 }],
};

const candidate = (
  name: string,
  title: string,
  weights: number,
  kv: number,
  context: number,
  fits: Candidate['fits'],
  reason: string,
): Candidate => ({
  name,
  title,
  licence: 'Apache-2.0',
  context,
  needs: { weights, kv, overhead: 0.25e9 },
  fits,
  reason,
});

export const candidates: Candidate[] = [
  candidate(
    'qwen3:8b',
    'Qwen 3, 8 billion',
    4.9e9,
    0.5e9,
    16_384,
    'gpu',
    'Fits the graphics card with a context of 16k.',
  ),
  candidate(
    'llama3.2:3b',
    'Llama 3.2, 3 billion',
    2e9,
    0.5e9,
    32_768,
    'gpu',
    'Fits the graphics card with room for a long context.',
  ),
  candidate('all-minilm', 'all-MiniLM-L6-v2', 0.045e9, 0.01e9, 512, 'gpu', 'Small enough for any computer.'),
  candidate(
    'gemma3:12b',
    'Gemma 3, 12 billion',
    7.7e9,
    0.7e9,
    8_192,
    'split',
    '43 of 48 layers fit the graphics card; the rest runs on the processor.',
  ),
  candidate('qwen3:14b', 'Qwen 3, 14 billion', 9.3e9, 0.75e9, 8_192, 'no', 'Needs 10.3 GB, and 6.9 GB are free.'),
  candidate('llama3.3:70b', 'Llama 3.3, 70 billion', 43e9, 0.75e9, 8_192, 'no', 'Needs 44 GB, and 6.9 GB are free.'),
];

export const checks: Check[] = [
  { id: 'hardware', status: 'ok', summary: '8 cores, 32 GB memory, NVIDIA RTX 4060 with 8 GB.' },
  { id: 'engine', status: 'ok', summary: 'Ollama 0.32.15, unchanged since you approved it.' },
  { id: 'cage', status: 'ok', summary: 'Bubblewrap 0.8 with a network namespace of its own.' },
  { id: 'keychain', status: 'ok', summary: 'Secret Service (GNOME Keyring).' },
  { id: 'swap', status: 'warn', summary: 'Swap is not encrypted.', fix: 'Encrypt the swap partition, or turn it off.' },
  {
    id: 'models',
    status: 'fail',
    summary: 'No chat model is installed.',
    fix: 'See Models for what fits this computer.',
  },
];

export function auditEntries(size: number): AuditEntry[] {
  const kinds = ['ask', 'search', 'chat', 'unlock', 'ingest'];
  return Array.from({ length: size }, (_, at) => {
    const index = size - 1 - at;
    const refused = index % 23 === 7;
    const asks = index % 5 < 3;
    return {
      index,
      at: before(at * 17 * minute),
      requestId: `r${hash(`request${index}`).slice(0, 24)}`,
      kind: kinds[index % 5] ?? 'ask',
      origin: index % 11 === 3 ? 'cli' : 'page',
      subject: 'ana',
      session: hash(`session${Math.floor(index / 40)}`).slice(0, 32),
      model: asks ? 'qwen3:8b' : null,
      modelDigest: asks ? hash('qwen') : null,
      promptHmac: asks ? hash(`prompt${index}`) : null,
      answerHmac: asks && !refused ? hash(`answer${index}`) : null,
      documents: asks ? ['lease', 'mail'].slice(0, index % 3) : [],
      decision: refused ? 'refused' : index % 31 === 12 ? 'interrupted' : 'allowed',
      stage: refused ? 'fit' : null,
      code: refused ? 'model_too_large' : null,
      durationMs: 40 + ((index * 137) % 9000),
      promptTokens: asks ? 900 + (index % 700) : null,
      answerTokens: asks && !refused ? 40 + (index % 300) : null,
    };
  });
}

export const root = hash('root');
