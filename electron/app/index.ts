export type * from './application.ts';
export { createApplication } from './create-application.ts';
export type { DispatchCaller } from './dispatch.ts';
export { samplesCollection } from './samples.ts';
