export { createInferencePath, type InferenceDeps } from './path.ts';
export type * from './types.ts';
