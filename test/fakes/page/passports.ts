import type { InstalledModel, Passport } from '../../../shared/contract/types.ts';
import { before, hash } from './base.ts';
import { chatModel, embedder, smallModel } from './models.ts';
import { Refusal, type Handlers, type World } from './world.ts';

export type PassportMethods =
  'models.passport' | 'models.approve' | 'models.block' | 'models.remove' | 'models.rollback' | 'models.verify';

const day = 86_400_000;

const passportOf = (model: InstalledModel): Passport => ({
  name: model.name,
  digest: model.digest,
  size: model.size,
  kind: model.kind,
  state: model.state,
  reason: model.reason,
  source: { kind: 'registry', address: 'https://registry.ollama.ai', at: before(3 * day) },
  publisher: { name: 'registry.ollama.ai/library', listed: true, signature: null },
  licence: { name: 'apache-2.0', text: 'Apache License\nVersion 2.0, January 2004' },
  architecture: 'qwen3',
  parameters: 8_190_735_360,
  quantization: 'Q4_K_M',
  context: 40_960,
  template: { sha256: hash('template').replace('sha256:', ''), diff: null },
  layers: [
    { role: 'weights', mediaType: 'application/vnd.ollama.image.model', digest: hash('weights'), size: model.size },
    { role: 'template', mediaType: 'application/vnd.ollama.image.template', digest: hash('template'), size: 1482 },
  ],
  firstSeen: before(3 * day),
  approvals: [
    { at: before(3 * day), by: 'ana@office', action: 'approved', self: true, reason: null, digest: model.digest },
  ],
  verifications: [{ at: before(day), ok: true, problem: null, ms: 3120 }],
  evaluation: null,
  previous: [],
});

/** Passports of the three installed models; what is decided changes the answer, not the list. */
export function passports(_world: World): Pick<Handlers, PassportMethods> {
  const known = new Map([chatModel, smallModel, embedder].map((model) => [model.name, passportOf(model)]));
  const find = (name: string): Passport => {
    const found = known.get(name);
    if (found === undefined) throw new Refusal('model_missing');
    return found;
  };
  const put = (name: string, change: Partial<Passport>): Passport => {
    const next = { ...find(name), ...change };
    known.set(name, next);
    return next;
  };
  return {
    'models.passport': ({ name }) => find(name),
    'models.approve': ({ name }) => put(name, { state: 'approved', reason: null }),
    'models.block': ({ name, reason }) => put(name, { state: 'blocked', reason }),
    'models.remove': ({ name }) => {
      const gone = find(name);
      known.delete(name);
      return gone;
    },
    'models.rollback': () => {
      throw new Refusal('conflict');
    },
    'models.verify': ({ name }) => ({
      results: (name === undefined ? [...known.values()] : [find(name)]).map((each) => ({
        name: each.name,
        ok: true,
        problem: null,
        layers: each.layers.map(({ digest, size }) => ({ digest, ok: true, bytes: size, problem: null })),
      })),
    }),
  };
}
