import { en } from './en/index.ts';

export { describeDownloadError, describeImportError } from './en/downloads.ts';
export { describeError, errorTexts, type ErrorText } from './en/errors.ts';
export * as format from './format.ts';

/** Every word the page says. Another language is another object of this shape. */
export const t = en;
