export { createParser } from './create-parser.ts';
export { supportedExtensions } from './extensions.ts';
export { rectanglesFor } from './place.ts';
export { reasons, type Reason } from './reasons.ts';
export { parsedDocumentSchema } from './schema.ts';
