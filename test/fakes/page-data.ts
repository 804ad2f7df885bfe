/** The made-up data of the scripted bridge, by what it is about. */
export { before } from './page/base.ts';
export * from './page/citations.ts';
export * from './page/engine.ts';
export * from './page/ledger.ts';
export * from './page/models.ts';
export * from './page/record.ts';
export * from './page/talks.ts';
