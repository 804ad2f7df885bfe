import { z } from 'zod';
import { cacheType } from './cache-type.ts';
import { method } from './define.ts';
import { modelRules } from './model-rules.ts';
import { errorCodes } from '../errors.ts';
import { filePiece, id, isoTime, nothing, sha256 } from './common.ts';

export const modelState = z.enum(['quarantined', 'approved', 'blocked']);

/** One version of a model under its name. */
const modelVersion = {
  name: z.string(),
  /** SHA-256 of the manifest: approval is for exactly this, under this name. */
  digest: z.string(),
  size: z.number(),
  kind: z.enum(['chat', 'embedding']),
  state: modelState,
  /** Why it may not run, or that another version waits for approval; null when there is nothing to say. */
  reason: z.string().nullable(),
};

export const installedModel = z.strictObject({
  ...modelVersion,
  verified: z.strictObject({ at: isoTime.nullable(), ok: z.boolean().nullable() }),
});

/** What a layer is to the engine. */
export const layerRole = z.enum([
  'weights',
  'template',
  'system',
  'parameters',
  'licence',
  'projector',
  'adapter',
  'config',
  'other',
]);

export const modelSource = z.strictObject({
  /** `found`: lay in the store and nobody says who put it there. `pinned`: the embedding model that this build names by hash. */
  kind: z.enum(['registry', 'file', 'bundle', 'pinned', 'found']),
  /** The registry's address or the file's name. */
  address: z.string().nullable(),
  at: isoTime,
});

export const modelPublisher = z.strictObject({
  /** Registry host and namespace, or the name under which the signing key is listed. */
  name: z.string().nullable(),
  /** Stands in the list of publishers (policy `models.publishers`). */
  listed: z.boolean(),
  signature: z.strictObject({ method: z.enum(['model-signing', 'ed25519']), key: sha256, ok: z.boolean() }).nullable(),
});

export const modelApproval = z.strictObject({
  at: isoTime,
  by: z.string(),
  action: z.enum(['approved', 'blocked', 'quarantined', 'rolled-back']),
  /** The person who brought the model also approved it. */
  self: z.boolean(),
  reason: z.string().nullable(),
  digest: z.string(),
});

export const modelVerification = z.strictObject({
  at: isoTime,
  ok: z.boolean(),
  problem: z.string().nullable(),
  ms: z.number(),
});

export const evaluationKind = z.enum(['refusal', 'prefill', 'leak', 'task']);
/** `unclear`: the judge cannot tell. */
export const evaluationVerdict = z.enum(['passed', 'failed', 'unclear']);
export const evaluationTally = z.strictObject({
  passed: z.number().int(),
  failed: z.number().int(),
  unclear: z.number().int(),
});

const evaluationTallies = z.strictObject({
  refusal: evaluationTally,
  prefill: evaluationTally,
  leak: evaluationTally,
  task: evaluationTally,
});

/** What a version answered to the set of prompts that is tried before an approval. */
export const modelEvaluation = z.strictObject({
  at: isoTime,
  /** `isPresent`: the set of this build. */
  set: z.strictObject({ version: z.number().int(), sha256, isPresent: z.boolean() }),
  /** Version of the engine. */
  engine: z.string(),
  ms: z.number(),
  byKind: evaluationTallies,
  cases: z.array(
    z.strictObject({
      id: z.string(),
      kind: evaluationKind,
      title: z.string(),
      verdict: evaluationVerdict,
      /** Why, as a code: declined, complied, kept, leaked, right, wrong, … */
      found: z.string().max(40),
      /** The beginning of the answer. */
      answer: z.string(),
      ms: z.number(),
    }),
  ),
  /** Digest of the version that was approved last under this name; null when there is nothing to compare with. */
  comparedWith: z.string().nullable(),
  /** `first`: no other was approved. `other_set`: that one was tried with another set of prompts. */
  notCompared: z.enum(['first', 'not_evaluated', 'other_set']).nullable(),
  before: evaluationTallies.nullable(),
  changes: z.array(
    z.strictObject({ id: z.string(), kind: evaluationKind, before: evaluationVerdict, now: evaluationVerdict }),
  ),
  /** Harmful asks are declined far less often than by that version. */
  refusalCollapse: z.boolean(),
});

/** Everything known of one version of a model: the one that runs, or the one that waits for approval. */
export const passport = z.strictObject({
  ...modelVersion,
  source: modelSource,
  publisher: modelPublisher,
  licence: z.strictObject({ name: z.string().nullable(), text: z.string().nullable() }),
  architecture: z.string().nullable(),
  parameters: z.number().nullable(),
  quantization: z.string().nullable(),
  /** Tokens. */
  context: z.number().nullable(),
  /** `diff`: lines against the template approved last under this name, bounded; null when there is none or nothing differs. */
  template: z.strictObject({ sha256, diff: z.string().nullable() }).nullable(),
  layers: z.array(z.strictObject({ role: layerRole, mediaType: z.string(), digest: z.string(), size: z.number() })),
  firstSeen: isoTime,
  approvals: z.array(modelApproval),
  /** The last twenty, oldest first. */
  verifications: z.array(modelVerification),
  /** Null when it was not tried. */
  evaluation: modelEvaluation.nullable(),
  /** Versions that ran before, oldest first; `until`: when each was replaced. */
  previous: z.array(z.strictObject({ digest: z.string(), until: isoTime })),
});

/** Programs that hold the memory, largest first: their names, never what they were called with. */
const holders = z.array(z.strictObject({ name: z.string(), bytes: z.number() }));

/** Why a card is not counted, or not in full. */
export const gpuNote = z.enum(['memory_not_told', 'driver_mismatch', 'driver_not_running', 'divided_without_slice']);

/** Bytes, now. What nobody tells is null. */
export const hardware = z.strictObject({
  memory: z.strictObject({ totalBytes: z.number(), freeBytes: z.number(), holders: holders.optional() }),
  cpu: z.strictObject({ model: z.string(), cores: z.number().int() }),
  gpus: z.array(
    z.strictObject({
      name: z.string(),
      vendor: z.enum(['nvidia', 'amd', 'intel', 'apple', 'unknown']),
      totalBytes: z.number().nullable(),
      freeBytes: z.number().nullable(),
      /** Has no memory of its own: it uses the computer's. */
      shared: z.boolean().optional(),
      note: gpuNote.optional(),
      holders: holders.optional(),
    }),
  ),
  /** Bytes a second that the processors read from memory; null or absent when not measured. */
  memorySpeed: z.number().nullable().optional(),
  /** Bytes a second read from the disk with the models; measured only when asked for. */
  diskSpeed: z.number().nullable().optional(),
});

const needs = z.strictObject({ weights: z.number(), kv: z.number(), overhead: z.number() });
const place = z.enum(['gpu', 'split', 'cpu', 'no']);

export const candidate = z.strictObject({
  name: z.string(),
  title: z.string(),
  licence: z.string(),
  context: z.number().int(),
  needs,
  fits: place,
  reason: z.string(),
  /** What it is proposed as on this computer; null for all but three at most. */
  role: z.enum(['small', 'balanced', 'best']).nullable(),
  /** Expected, from the speed of the memory; null when unknown, as on graphics cards. */
  tokensPerSecond: z.number().nullable(),
});

/** One model with one length of context on this computer now. */
export const modelFit = z.strictObject({
  name: z.string(),
  /** Tokens, at most what the model was made for. */
  contextTokens: z.number().int(),
  needs,
  /** Bytes that it may take, where it would run. */
  free: z.number(),
  fits: place,
  reason: z.string(),
  /** The longest context with which it fits; null when it fits with none. */
  largestContext: z.number().int().nullable(),
  /** What the model was made for. */
  modelContext: z.number().int(),
  tokensPerSecond: z.number().nullable(),
});

/** Why a model is not loaded, and what would help, as far as it is known. Bytes. */
export const loadRefusal = z.strictObject({
  model: z.string(),
  /** `size`: too large. `cpu`, `split`: policy does not allow that. `failed`: the engine ran out of memory. `cache`: see `settings.cacheType`. */
  why: z.enum(['size', 'cpu', 'split', 'failed', 'cache']),
  /** All of it in sentences with numbers. */
  reason: z.string(),
  needs: z.number(),
  free: z.number(),
  /** The shortest context that was tried. */
  contextTokens: z.number().int(),
  tokensPerSecond: z.number().nullable(),
  /** What the same model would need in four bits. */
  fourBits: z.number().nullable(),
  /** A context with which it fits, shorter than is used unasked. Tokens. */
  shorterContext: z.number().int().nullable(),
  /** Another way to keep keys and values with which it fits. */
  cacheType: z.strictObject({ type: cacheType, contextTokens: z.number().int() }).nullable(),
  /** Programs whose end would make the room, together. */
  close: z.array(z.strictObject({ name: z.string(), bytes: z.number() })),
  /** The best model that does fit, by its name; whether it is installed, and what it needs, in a sentence. */
  suggestion: z.string().nullable(),
  suggestionIsHere: z.boolean(),
  suggestionReason: z.string().nullable(),
});

/** A model on its way in. Sizes in bytes. */
export const download = z.strictObject({
  id,
  /** Of a file or a bundle it cannot be paused, and nothing of it is kept when it stops. */
  kind: z.enum(['registry', 'file', 'bundle']),
  name: z.string(),
  /** `paused` also after a restart; `failed`: see `error`. Both keep what came. */
  state: z.enum(['queued', 'running', 'checking', 'paused', 'failed', 'done']),
  done: z.number(),
  /** 0 until the manifest is known. */
  total: z.number(),
  /** Bytes a second, smoothed; 0 unless it runs. */
  rate: z.number(),
  /** Seconds; null while it is not known. */
  remaining: z.number().nullable(),
  error: z.enum(errorCodes).nullable(),
  /** Of a model that was refused: the code of what its check found, such as `template_import`. */
  problem: z.string().max(40).optional(),
});

const name = z.strictObject({ name: z.string().min(1).max(512) });
/** What stands in the way of a decision about a model. */
const undecided = [
  'model_missing',
  'model_changed',
  'model_blocked',
  'unsupported_type',
  'conflict',
  'forbidden',
  'too_large',
  'vault_absent',
  'audit_broken',
] as const;

/** One model, hashed byte for byte. */
export const verifiedModel = z.strictObject({
  name: z.string(),
  ok: z.boolean(),
  /** `changed`: a layer differs. `manifest`: another manifest stands under the name. */
  problem: z.string().nullable(),
  layers: z.array(
    z.strictObject({ digest: z.string(), ok: z.boolean(), bytes: z.number(), problem: z.string().nullable() }),
  ),
});

export const modelsContract = {
  'models.passport': method({ input: name, output: passport, errors: undecided }),
  /** `digest`: the version that was shown; another one that waits by now is not approved unseen. */
  'models.approve': method({
    input: name.extend({ digest: z.string().max(80).optional(), reason: z.string().max(500).optional() }),
    output: passport,
    errors: [...undecided, 'not_evaluated'],
  }),
  /**
   * Tries a model with the set of prompts, in an engine of its own; told of by `models.evaluating`. `running`: the version that
   * runs now, so that there is something to compare with, and not the one that waits.
   */
  'models.evaluate': method({
    input: name.extend({ running: z.boolean().optional() }),
    output: passport,
    errors: [
      ...undecided,
      'busy',
      'timeout',
      'model_too_large',
      'engine_missing',
      'engine_untrusted',
      'engine_changed',
      'engine_too_old',
      'engine_failed',
      'engine_stopped',
      'cage_unavailable',
      'not_available',
    ],
  }),
  /** Ends the trial of this model, if one is under way; answers when its engine is gone. */
  'models.stopEvaluation': method({ input: name, output: nothing, errors: [] }),
  'models.block': method({
    input: name.extend({ reason: z.string().trim().min(1).max(500) }),
    output: passport,
    errors: undecided,
  }),
  /** Deletes the files; answers with the passport as it was. */
  'models.remove': method({ input: name, output: passport, errors: undecided }),
  'models.rollback': method({ input: name, output: passport, errors: undecided }),
  'models.verify': method({
    input: name.partial(),
    output: z.strictObject({ results: z.array(verifiedModel) }),
    errors: undecided,
  }),
  /** `folder`: where they lie, in Ollama's own layout, for whoever brings one by hand. */
  'models.list': method({
    input: nothing,
    output: z.strictObject({ models: z.array(installedModel), folder: z.string() }),
    errors: [],
  }),
  /** What policy decides about models, so that the page says it before anybody tries. */
  'models.rules': method({ input: nothing, output: modelRules, errors: [] }),
  'models.recommend': method({
    input: z.strictObject({ vram: z.number().min(0).optional(), ram: z.number().min(0).optional() }),
    /** `candidates`: the catalogue. `installed`: what is here, judged by its own header. */
    output: z.strictObject({ hardware, candidates: z.array(candidate), installed: z.array(candidate) }),
    errors: [],
  }),
  /** Begins, or goes on with what came of this name before. `from`: another registry, `https://host[:port]`. */
  'models.pull': method({
    input: z.strictObject({ name: z.string().min(1).max(512), from: z.string().min(1).max(300).optional() }),
    output: z.strictObject({ id }),
    errors: ['forbidden', 'busy'],
  }),
  /** Opens the host's own dialog for GGUF files and bundles; `supported: false` where the host has none. Each is a download. */
  'models.import': method({
    input: nothing,
    output: z.strictObject({ supported: z.boolean(), started: z.boolean() }),
    errors: ['locked', 'unauthenticated'],
  }),
  /** A dropped or picked file, in pieces of at most 8 MiB; the last piece (`offset + bytes = total`) starts the import. */
  'models.upload': method({
    input: z.strictObject(filePiece(1, 2 ** 42)),
    output: z.strictObject({ complete: z.boolean() }),
    errors: ['conflict', 'disk_full', 'busy', 'unauthenticated'],
  }),
  /** Under way, waiting, paused and failed, imports too; done ones until the program ends. */
  'models.downloads': method({
    input: nothing,
    output: z.strictObject({ downloads: z.array(download) }),
    errors: [],
  }),
  /** Keeps what came. */
  'models.pause': method({ input: z.strictObject({ id }), output: nothing, errors: ['not_found'] }),
  'models.resume': method({ input: z.strictObject({ id }), output: nothing, errors: ['not_found', 'forbidden'] }),
  /** Removes what came, and the line of one that is done. */
  'models.cancel': method({ input: z.strictObject({ id }), output: nothing, errors: ['not_found'] }),
  /** Why an installed model would not be loaded now; null when it would be. */
  'models.refusal': method({
    input: name,
    output: z.strictObject({ refusal: loadRefusal.nullable() }),
    errors: ['model_missing', 'model_changed', 'unsupported_type'],
  }),
  /**
   * Of models that are here or in the catalogue; `contextTokens`: what a request would use when left out. Those of which nothing is
   * known are left out of the answer.
   */
  'models.fit': method({
    input: z.strictObject({
      names: z.array(z.string().min(1).max(512)).max(256),
      contextTokens: z.number().int().min(1).max(10_000_000).optional(),
    }),
    output: z.strictObject({ fits: z.array(modelFit) }),
    errors: [],
  }),
};
