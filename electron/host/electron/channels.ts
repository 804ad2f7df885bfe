/** Names on Electron's channel between page and main process; the preload and the main process agree here. */
export const callChannel = (method: string): string => `call:${method}`;
export const newsChannel = (event: string): string => `news:${event}`;
