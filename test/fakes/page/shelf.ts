import type { Download, InstalledModel, Passport } from '../../../shared/contract/types.ts';
import { before, day, hash, minute } from './base.ts';
import { evaluationOf } from './evaluating.ts';
import { blockedModel, chatModel, embedder, smallModel, waitingModel } from './models.ts';
import type { Scenario } from './scenario.ts';

export function modelsOf({ chatModels = 2, models }: Scenario): InstalledModel[] {
  const chat = [chatModel, smallModel].slice(0, chatModels);
  if (models === 'changed') return [...chat.map((one, at) => (at === 0 ? changedModel(one) : one)), embedder];
  if (models !== 'states') return [...chat, embedder];
  const [first, ...rest] = chat;
  const renewed = first === undefined ? [] : [{ ...first, reason: 'Another version waits for approval.' }];
  return [...renewed, ...rest, embedder, waitingModel, blockedModel];
}

const changedModel = (model: InstalledModel): InstalledModel => ({
  ...model,
  state: 'quarantined',
  reason: 'A byte of its files is not what it was when it was approved.',
  verified: { at: before(minute), ok: false },
});

const download = (name: string, part: Partial<Download>): Download => ({
  id: name.replace(/\W/g, '-'),
  kind: 'registry',
  name,
  state: 'running',
  done: 0,
  total: 0,
  rate: 0,
  remaining: null,
  error: null,
  ...part,
});

export const beginning = (name: string): Download => download(name, { state: 'queued' });

export function downloadsOf({ downloads = 'none' }: Scenario): Download[] {
  if (downloads === 'none') return [];
  return [
    download('nomic-embed-text', { done: 171e6, total: 274e6, rate: 38e6, remaining: 3 }),
    download('gemma3:12b', { state: 'paused', done: 2.1e9, total: 8.1e9 }),
    download('qwen3:14b', { state: 'failed', done: 0.4e9, total: 9.3e9, error: 'disk_full' }),
    download('llama3.3:70b', { state: 'queued' }),
    download('phi-4.gguf', { kind: 'file', done: 3.2e9, total: 9.1e9, rate: 410e6, remaining: 14 }),
  ];
}

const diff = [
  '  {%- for message in messages %}',
  "- {{ '<|im_start|>' + message.role }}",
  "+ {{ '<|im_start|>' + message.role + ' (answer briefly)' }}",
  '  {{ message.content }}',
  '… 41 equal',
].join('\n');

/** What is known of a model: the more, the longer it is here. */
export function passportOf(model: InstalledModel): Passport {
  const { name, digest, size, kind, state, reason } = model;
  const unknown = name === waitingModel.name;
  const renewed = reason?.startsWith('Another version') === true;
  const shown = renewed ? hash('qwen-new') : digest;
  return {
    name,
    digest: shown,
    size,
    kind,
    state: renewed ? 'quarantined' : state,
    reason: renewed ? 'A new version under a known name.' : reason,
    source: sourceOf(name),
    publisher: unknown
      ? { name: null, listed: false, signature: null }
      : {
          name: 'Ollama library',
          listed: true,
          signature: name === chatModel.name ? { method: 'model-signing', key: hash('key'), ok: true } : null,
        },
    licence: unknown ? { name: null, text: null } : { name: 'Apache-2.0', text: licence },
    architecture: kind === 'embedding' ? 'bert' : 'qwen3',
    parameters: kind === 'embedding' ? 22_713_216 : 8_190_735_360,
    quantization: kind === 'embedding' ? 'F16' : 'Q4_K_M',
    context: kind === 'embedding' ? 512 : 40_960,
    template: kind === 'embedding' ? null : { sha256: hash('template'), diff: renewed ? diff : null },
    layers: layersOf(name, size, kind),
    firstSeen: before(20 * day),
    approvals: approvalsOf(model, renewed),
    verifications: Array.from({ length: unknown ? 1 : 14 }, (_, at) => ({
      at: before((14 - at) * day + 2 * minute),
      ok: !(name === blockedModel.name && at === 5),
      problem: null,
      ms: 3120 + at * 40,
    })),
    evaluation: renewed || kind === 'embedding' || unknown ? null : evaluationOf('sound'),
    previous: renewed ? [{ digest: hash('qwen-old'), until: before(12 * day) }] : [],
  };
}

const licence = ['Apache License', 'Version 2.0, January 2004', '', 'Terms and conditions for use …'].join('\n');

function sourceOf(name: string): Passport['source'] {
  const at = before(20 * day);
  if (name === embedder.name) return { kind: 'pinned', address: null, at };
  if (name === waitingModel.name) return { kind: 'file', address: 'letters-7b.gguf', at };
  return { kind: 'registry', address: 'registry.ollama.ai', at };
}

const layersOf = (name: string, size: number, kind: Passport['kind']): Passport['layers'] => [
  {
    role: 'weights',
    mediaType: 'application/vnd.ollama.image.model',
    digest: hash(`${name}-weights`),
    size: size - 13_000,
  },
  ...(kind === 'embedding'
    ? []
    : [
        {
          role: 'template' as const,
          mediaType: 'application/vnd.ollama.image.template',
          digest: hash('template'),
          size: 1482,
        },
      ]),
  { role: 'licence', mediaType: 'application/vnd.ollama.image.license', digest: hash('licence'), size: 11_358 },
];

function approvalsOf({ name, digest, state, reason }: InstalledModel, renewed: boolean): Passport['approvals'] {
  if (name === embedder.name) return [];
  const by = 'ana@office';
  const quarantined = { by, action: 'quarantined' as const, self: false, reason, digest };
  if (state === 'quarantined') return [{ ...quarantined, at: before(day) }];
  const approved = { at: before(20 * day), by, action: 'approved' as const, self: true, reason: null, digest };
  if (state === 'blocked')
    return [approved, { ...approved, at: before(3 * day), action: 'blocked', self: false, reason }];
  return renewed ? [approved, { ...quarantined, at: before(day), digest: hash('qwen-new') }] : [approved];
}
