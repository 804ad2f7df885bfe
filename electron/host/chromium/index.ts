export { openInChromium, type ChromiumWindow } from './open.ts';
export type { OpenOptions, WindowedApplication } from './session.ts';
