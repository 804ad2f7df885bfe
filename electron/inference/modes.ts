import type { InferenceRequest } from './types.ts';

type Mode = InferenceRequest['mode'];

/** Looks into a collection. */
export const readsDocuments = (mode: Mode): boolean => mode === 'generate' || mode === 'quotes' || mode === 'search';

/** Needs a model of the engine. */
export const asksModel = (mode: Mode): boolean => mode === 'chat' || mode === 'generate' || mode === 'embed';
