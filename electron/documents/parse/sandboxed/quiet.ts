const silent = (): void => undefined;

/** The standard output carries the reply alone. Libraries that speak (pdf.js does) must not. */
export function silence(): void {
  // eslint-disable-next-line no-console -- to take it away is the point
  for (const name of ['log', 'warn', 'error', 'info', 'debug', 'trace'] as const) console[name] = silent;
}

silence();
