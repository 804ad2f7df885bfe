declare module 'pdfjs-dist/legacy/build/pdf.worker.mjs' {
  /** Importing it puts the worker's code on `globalThis.pdfjsWorker`, where pdf.js finds it and starts no thread. */
  export const WorkerMessageHandler: unknown;
}
