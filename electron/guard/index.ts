export { neutraliseControlTokens } from './neutralise.ts';
export { stripInvisible } from './strip-invisible.ts';
export { fenceDocument, type FencedPassage } from './fence.ts';
