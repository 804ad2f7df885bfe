import type { SearchHit } from '../../../electron/documents/types.ts';
import type { InferenceRequest, Work } from '../../../electron/inference/types.ts';
import type { InstalledModel } from '../../../shared/contract/types.ts';

export const work = (given: Partial<InferenceRequest> = {}): Work => ({
  request: { id: 'r1', token: 't', origin: 'page', mode: 'quotes', question: 'How long?', history: [], ...given },
  signal: new AbortController().signal,
  startedAt: 0,
  caller: null,
  question: given.question ?? 'How long?',
  history: [],
  conversation: null,
  texts: [],
  hits: [],
  searched: null,
  withheld: false,
  model: null,
  controlTokens: [],
  contextTokens: 0,
  text: '',
  answer: null,
  promptTokens: null,
  answerTokens: null,
  stopReason: null,
});

export const aHit = (given: Partial<SearchHit>): SearchHit => ({
  documentId: 'd1',
  document: 'Contract.pdf',
  path: '/Contract.pdf',
  page: 1,
  start: 0,
  end: 10,
  text: 'Ten words.',
  score: 1,
  chunkId: 1,
  collectionId: 'c1',
  keywordScore: 1,
  cosine: 0.5,
  ...given,
});

export const aModel = (given: Partial<InstalledModel>): InstalledModel => ({
  name: 'm:latest',
  digest: 'd',
  size: 1,
  kind: 'chat',
  state: 'approved',
  reason: null,
  verified: { at: null, ok: null },
  ...given,
});
