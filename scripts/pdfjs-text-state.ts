import type { Plugin } from 'rolldown';

const before = 'const clone = Object.assign(Object.create(this), this);\n    clone.textMatrix';
const after = `// Changed by Cloister: no object has another one as its prototype.
    const clone = Object.assign(new TextState(), this);
    clone.textMatrix`;

/**
 * pdf.js copies its state of text with the former state as the copy’s prototype. Every copy is then of a kind of its own to
 * V8, and all that is done with it slow: reading text takes a third longer. The copy has all properties itself, so nothing
 * changes but that. A pdf.js that says it otherwise stops the build.
 */
export const textStateOfOneKind = (): Plugin => ({
  name: 'pdfjs-text-state',
  transform: {
    filter: { id: /pdfjs-dist[\\/]build[\\/]pdf\.worker\.mjs$/ },
    handler(code) {
      if (code.split(before).length !== 2) throw new Error('pdf.js copies its state of text in another way now.');
      return { code: code.replace(before, after), map: null };
    },
  },
});
