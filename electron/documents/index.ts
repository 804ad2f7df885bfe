export { createDocuments, type DocumentsDeps } from './create-documents.ts';
export { abstains } from './cite/abstain.ts';
export { checkCitations, type CheckedAnswer } from './cite/check-citations.ts';
export { locateQuote, type QuotePlace } from './cite/locate.ts';
export { quotePassages } from './cite/quote-passages.ts';
export { splitIntoChunks } from './split/split.ts';
export { splitIntoSentences } from './split/sentences.ts';
export { createParser } from './parse/index.ts';
export { passageOf } from './cite/passage.ts';
