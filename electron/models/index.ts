export { createModels } from './create-models.ts';
export { createModelChecker } from './check/create-checker.ts';
export { problemOf } from './gguf/problems.ts';
export type { CheckNote } from './check/types.ts';
export { checkEmbedder } from './embedder/check.ts';
export { cacheFolder, openCache } from './embedder/cache.ts';
export { installCachedEmbedder } from './embedder/install-cached.ts';
export { embedderParts } from './embedder/manifest.ts';
export {
  convertedEmbedder,
  embedderDimensions,
  embedderName,
  embedderSources,
  embedderWheel,
} from './embedder/pins.ts';
export { refusalDetail } from './fit/refusal.ts';
export { publishersCheck } from './publishers/check.ts';
export { verifyOnIdle } from './passports/verify-on-idle.ts';
export { trustOfCache } from './create-trust.ts';
export type { TrustDeps } from './create-trust.ts';
export type { Arrival, ModelActor, Passports, VerifiedModel, VerifyProgress } from './passports/types.ts';
export { createModelStore } from './store/create-store.ts';
export { readWeightFile } from './store/read-weights.ts';
export type { ModelStore, Models, PullOptions, PullProgress, Verification, WeightFacts } from './types.ts';
export { removeLeftovers } from './store/leftovers.ts';
