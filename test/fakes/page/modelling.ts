import type { Download, Hardware, InstalledModel, Passport } from '../../../shared/contract/types.ts';
import { hash } from './base.ts';
import { evaluating } from './evaluating.ts';
import { candidates, fitOf, hardware, installedFits } from './models.ts';
import { refusalOf } from './refusals.ts';
import { rulesOf } from './rules.ts';
import { beginning, passportOf } from './shelf.ts';
import { Refusal, wait, type Handlers, type World } from './world.ts';

type Methods = Extract<keyof Handlers, `models.${string}`>;

/** Milliseconds between two steps of a download or a verification. */
const step = 60;

/** Models: what is here, what comes, what may run. */
export function modelling(world: World): Pick<Handlers, Methods> {
  const tellStatus = () => setTimeout(() => world.tell('app.changed', { status: world.status() }), 0);
  return {
    'models.list': () => ({ models: world.models, folder: '/home/ana/.local/share/cloister/models' }),
    'models.rules': () => rulesOf[world.scenario.rules ?? 'usual'],
    'models.recommend': () => ({ hardware: hardwareNow(world), candidates, installed: installedFits }),
    'models.refusal': ({ name }) => ({ refusal: refusalOf(name) }),
    'models.fit': ({ names, contextTokens = 8192 }) => ({ fits: names.map((name) => fitOf(name, contextTokens)) }),
    ...downloading(world),
    ...evaluating(world, (name, evaluation) => put(world, { ...find(world, name), evaluation }, {})),
    'models.passport': ({ name }) => find(world, name),
    'models.approve': ({ name, digest }) => {
      const passport = find(world, name);
      if (digest !== undefined && digest !== passport.digest) throw new Refusal('conflict');
      tellStatus();
      return decide(world, passport, 'approved', null);
    },
    'models.block': ({ name, reason }) => {
      tellStatus();
      return decide(world, find(world, name), 'blocked', reason);
    },
    'models.remove': ({ name }) => {
      const gone = find(world, name);
      world.models = world.models.filter((one) => one.name !== name);
      return gone;
    },
    'models.rollback': ({ name }) => {
      const passport = find(world, name);
      const before = passport.previous.at(-1);
      if (before === undefined) throw new Refusal('conflict');
      return decide(world, { ...passport, digest: before.digest, previous: [] }, 'approved', null);
    },
    'models.verify': async ({ name }) => {
      const names = name === undefined ? world.models.map((one) => one.name) : [name];
      for (const one of names) await verify(world, find(world, one));
      return {
        results: names.map((one) => ({ name: one, ok: world.scenario.verified !== false, problem: null, layers: [] })),
      };
    },
  };
}

/** What the loaded models hold is not free. */
function hardwareNow({ engine }: World): Hardware {
  const held = engine.loaded.reduce((sum, { gpuBytes }) => sum + gpuBytes, 0);
  const gpus = hardware.gpus.map((gpu) => ({ ...gpu, freeBytes: (gpu.freeBytes ?? 0) - held }));
  return { ...hardware, gpus };
}

function find(world: World, name: string): Passport {
  const model = world.models.find((one) => one.name === name);
  if (model === undefined) throw new Refusal('model_missing');
  return world.passports.get(name) ?? passportOf(model);
}

function put(world: World, passport: Passport, change: Partial<InstalledModel>): Passport {
  world.passports.set(passport.name, passport);
  world.models = world.models.map((one) => (one.name === passport.name ? { ...one, ...change } : one));
  return passport;
}

function decide(world: World, passport: Passport, state: 'approved' | 'blocked', reason: string | null): Passport {
  const { digest, approvals } = passport;
  const decision = {
    at: new Date().toISOString(),
    by: 'ana@office',
    action: state,
    self: state === 'approved',
    reason,
    digest,
  };
  return put(world, { ...passport, state, reason, approvals: [...approvals, decision] }, { digest, state, reason });
}

async function verify(world: World, passport: Passport): Promise<void> {
  const { name, size: total } = passport;
  for (const share of [0.2, 0.7, 1]) {
    world.tell('models.verifying', { name, done: total * share, total, finished: share === 1 });
    await wait(step);
  }
  const ok = world.scenario.verified !== false;
  const at = new Date().toISOString();
  const verifications = [...passport.verifications, { at, ok, problem: ok ? null : 'changed', ms: 3200 }].slice(-20);
  put(world, { ...passport, verifications }, { verified: { at, ok } });
}

type DownloadMethods =
  | 'models.import'
  | 'models.upload'
  | 'models.pull'
  | 'models.downloads'
  | 'models.pause'
  | 'models.resume'
  | 'models.cancel';

function downloading(world: World): Pick<Handlers, DownloadMethods> {
  const find = (id: string): Download => {
    const found = world.downloads.find((one) => one.id === id);
    if (found === undefined) throw new Refusal('not_found');
    return found;
  };
  return {
    'models.pull': ({ name }) => {
      if (!/^[a-z0-9]/i.test(name)) throw new Refusal('bad_request');
      const download = beginning(name);
      world.downloads = [...world.downloads.filter((one) => one.id !== download.id), download];
      void bring(world, download.id);
      return { id: download.id };
    },
    'models.import': () => ({ supported: false, started: false }),
    'models.upload': ({ name, offset, bytes, total }) => {
      const complete = offset + bytes.length >= total;
      if (complete) void bringFile(world, name, total);
      return { complete };
    },
    'models.downloads': () => ({ downloads: world.downloads }),
    'models.pause': ({ id }) => {
      find(id);
      show(world, id, { state: 'paused', rate: 0, remaining: null });
      return {};
    },
    'models.resume': ({ id }) => {
      find(id);
      show(world, id, { state: 'queued', error: null });
      void bring(world, id);
      return {};
    },
    'models.cancel': ({ id }) => {
      find(id);
      world.downloads = world.downloads.filter((one) => one.id !== id);
      return {};
    },
  };
}

function show(world: World, id: string, change: Partial<Download>): void {
  world.downloads = world.downloads.map((one) => (one.id === id ? { ...one, ...change } : one));
  const download = world.downloads.find((one) => one.id === id);
  if (download !== undefined) world.tell('models.progress', { download });
}

/** A download of a few steps, that stops when it is paused or cancelled. */
async function bring(world: World, id: string): Promise<void> {
  const total = 2e9;
  for (const share of [0, 0.3, 0.6, 0.9]) {
    await wait(step);
    const now = world.downloads.find((one) => one.id === id);
    if (now === undefined || now.state === 'paused') return;
    show(world, id, {
      state: 'running',
      done: Math.max(now.done, total * share),
      total,
      rate: 40e6,
      remaining: 50 * (1 - share),
    });
  }
  show(world, id, { state: 'checking', done: total, rate: 0, remaining: null });
  await wait(step);
  const name = world.downloads.find((one) => one.id === id)?.name;
  if (name === undefined) return;
  const model: InstalledModel = {
    name,
    digest: hash(name),
    size: total,
    kind: 'chat',
    state: 'approved',
    reason: null,
    verified: { at: new Date().toISOString(), ok: true },
  };
  world.models = [...world.models.filter((one) => one.name !== name), model];
  show(world, id, { state: 'done' });
}

/** The import of a file: told of as a download that stands in no list. */
async function bringFile(world: World, file: string, total: number): Promise<void> {
  const download: Download = { ...beginning(file), kind: 'file', state: 'running', total };
  const { id } = download;
  world.downloads = [...world.downloads, download];
  for (const share of [0.2, 0.8]) {
    if (world.downloads.every((one) => one.id !== id)) return;
    show(world, id, { done: total * share, rate: 400e6, remaining: 3 });
    await wait(step);
  }
  if (world.downloads.every((one) => one.id !== id)) return;
  if (!file.endsWith('.gguf')) {
    show(world, id, { state: 'failed', error: 'unsupported_type' });
    return;
  }
  const name = `${file.replace(/\.gguf$/, '')}:latest`;
  const reason = 'It came as a file, and nobody says who made it.';
  const verified = { at: new Date().toISOString(), ok: true };
  const state = 'quarantined' as const;
  world.models = [...world.models, { name, digest: hash(name), size: total, kind: 'chat', state, reason, verified }];
  show(world, id, { name, done: total, state: 'done' });
}
