export { findEngine, stampFile, type EnginePolicy, type FoundEngine } from './locate.ts';
export { fingerprintEngine, type EngineFile, type Fingerprint } from './fingerprint.ts';
export { cachedEngine, engineVersion, existingPlaces, hereAndNow, placesToLook, type Place } from './places.ts';
export { TrustFile } from './trust-file.ts';
export type { SetupStamp, TrustedEngine } from './trust.ts';
export { isTooOld, lowestVersion, missingFixes, parseVersion } from './version.ts';
