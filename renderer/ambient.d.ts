declare module '*.css';
declare module '@fontsource-variable/inter';
declare module '@fontsource-variable/source-serif-4';

/** pdf.js looks for its parser here before it would start a worker, which the page's policy forbids. */
declare module 'pdfjs-dist/build/pdf.worker.mjs' {
  export const WorkerMessageHandler: unknown;
}

/** A file's bytes as a lazily loaded module: `connect-src 'none'` leaves the page no way to fetch one. */
declare module '*?bytes' {
  const base64: string;
  export default base64;
}

interface ImportMeta {
  /** Vite's: every matching module, loaded when called. */
  glob<T>(
    pattern: string,
    options: { readonly query: string; readonly import: string },
  ): Record<string, () => Promise<T>>;
}
