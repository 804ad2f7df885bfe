export { breakCitationMarks, citationMark, footnoteMark } from './citation-marks.ts';
export { neutraliseControlTokens } from './neutralise.ts';
export { createInvisibleStripper, type InvisibleStripper } from './strip-stream.ts';
export { stripInvisible } from '../../shared/strip-invisible.ts';
export { fenceDocument, type FencedPassage } from './fence.ts';
