export { neutraliseControlTokens } from './control-tokens.ts';
export { fenceDocument, type FencedPassage } from './fence.ts';
export { stripInvisible } from './invisible.ts';
