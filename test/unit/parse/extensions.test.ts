import { describe, expect, it } from 'vitest';
import { extensionOf, refusedExtensions } from '../../../electron/documents/parse/extensions.ts';
import { reasons, supportedExtensions } from '../../../electron/documents/parse/index.ts';

describe('endings of names', () => {
  it.each([
    ['Report.PDF', 'pdf'],
    ['archive.tar.gz', 'gz'],
    ['/home/ann/secret plan.docx', 'docx'],
    ['no ending', ''],
    ['.hidden', 'hidden'],
    ['trick.pdf/', ''],
    ['long.abcdefghijklmn', ''],
    ['odd.p df', ''],
  ])('of “%s” is “%s”', (name, ending) => expect(extensionOf(name)).toBe(ending));

  it('are either read or refused', () => {
    const refused = Object.keys(refusedExtensions);
    expect(supportedExtensions.filter((each) => refused.includes(each))).toEqual([]);
    expect(supportedExtensions).toEqual(expect.arrayContaining('pdf docx xlsx pptx html md txt csv eml'.split(' ')));
  });
});

describe('reasons', () => {
  it.each(Object.entries(reasons))('%s is a sentence or two for people', (_, [, sentence]) => {
    expect(sentence).toMatch(/^[A-Z“][^\n]{20,200}\.$/);
    expect(sentence).not.toMatch(/error|exception|undefined|parser/i);
  });
});
