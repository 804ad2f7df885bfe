export { createEngine, type EngineDeps, type EngineHandle } from './create-engine.ts';
export { checkCage, engineChecks } from './checks.ts';
export { diskSpeed, memorySpeed, readHardware, readHolders } from './hardware/index.ts';
export type { CageProbe } from './cage/probe.ts';
export type { Runtime } from './cage/runtime.ts';
export type { EnginePolicy } from './find/index.ts';
