export { openInChromium, type ChromiumWindow } from './open.ts';
export type { OpenOptions } from './session.ts';
