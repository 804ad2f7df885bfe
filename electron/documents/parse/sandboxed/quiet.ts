// The standard output carries the reply alone. Libraries that speak (pdf.js does) must not.
const silent = (): void => undefined;

for (const name of ['log', 'warn', 'error', 'info', 'debug', 'trace'] as const) console[name] = silent;
