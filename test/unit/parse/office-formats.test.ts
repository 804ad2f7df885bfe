import { utils, write, type WorkSheet } from '@e965/xlsx';
import { describe, expect, it } from 'vitest';
import { formatNumber } from '../../../electron/documents/parse/sandboxed/office/numbering.ts';
import { openZip } from '../../../electron/documents/parse/sandboxed/zip-archive.ts';
import { docx, paragraph, wordSpace, zip } from '../../fixtures/documents/build.ts';
import { outline, parseHere } from '../../fixtures/documents/parse.ts';

const officeRelations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

function relations(...list: readonly (readonly [string, string])[]): string {
  const items = list.map(
    ([type, target], index) => `<Relationship Id="r${index}" Type="${officeRelations}/${type}" Target="${target}"/>`,
  );
  return `<Relationships>${items.join('')}</Relationships>`;
}

describe('DOCX', () => {
  const styles = `<w:styles ${wordSpace}><w:style w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style><w:style w:styleId="Mine"><w:name w:val="Mine"/><w:basedOn w:val="berschrift2"/></w:style></w:styles>`;
  const numbering = `<w:numbering ${wordSpace}><w:abstractNum w:abstractNumId="5"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1.%2)"/></w:lvl></w:abstractNum><w:num w:numId="3"><w:abstractNumId w:val="5"/></w:num></w:numbering>`;
  const parts = {
    'word/_rels/document.xml.rels': relations(
      ['styles', 'styles.xml'],
      ['numbering', 'numbering.xml'],
      ['footnotes', 'footnotes.xml'],
      ['comments', 'comments.xml'],
      ['header', 'header1.xml'],
    ),
    'word/styles.xml': styles,
    'word/numbering.xml': numbering,
    'word/footnotes.xml': `<w:footnotes ${wordSpace}><w:footnote w:id="2">${paragraph('small print')}</w:footnote></w:footnotes>`,
    'word/comments.xml': `<w:comments ${wordSpace}><w:comment w:id="1" w:author="Ann">${paragraph('really?')}</w:comment></w:comments>`,
    'word/header1.xml': `<w:hdr ${wordSpace}>${paragraph('Confidential')}</w:hdr>`,
  };
  const item = (text: string, level: number): string =>
    paragraph(text, `<w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="3"/></w:numPr>`);

  it('counts the numbers of its lists as they are shown', async () => {
    const body = [item('Rent', 0), item('due', 1), item('late', 1), item('Term', 0), item('five years', 1)].join('');
    expect(outline(await parseHere(docx(body, parts), 'docx'))).toEqual(expect.arrayContaining([
      'list-item: 1. Rent', 'list-item: 1.a) due', 'list-item: 1.b) late', 'list-item: 2. Term', 'list-item: 2.a) five years',
    ])); // prettier-ignore
  });

  it('finds headings by the built-in name, through styles that build on it', async () => {
    const body = paragraph('Part', '<w:pStyle w:val="Mine"/>') + paragraph('words');
    const document = await parseHere(docx(body, parts), 'docx');
    expect(document.blocks[1]).toMatchObject({ kind: 'heading', level: 2 });
    expect(document.blocks[2]?.headings).toEqual(['Part']);
  });

  it('sets notes after the paragraph that calls them, and comments and running heads apart', async () => {
    const body = `<w:p><w:r><w:t>Claim</w:t><w:footnoteReference w:id="2"/></w:r></w:p>${paragraph('Next')}`;
    const document = await parseHere(docx(body, parts), 'docx');
    expect(outline(document)).toEqual([
      'header: Confidential',
      'paragraph: Claim[1]',
      'paragraph: [1] small print',
      'paragraph: Next',
      'paragraph: really?',
    ]);
    expect(document.blocks.at(-1)?.locator).toBe('comment by Ann');
  });

  it('reads what is shown: no deletions, no hidden runs, no field codes, no second form of a drawing', async () => {
    const run = (properties: string, text: string): string =>
      `<w:r><w:rPr>${properties}</w:rPr><w:t>${text}</w:t></w:r>`;
    const body = `<w:p>${run('', 'seen ')}${run('<w:vanish/>', 'secret')}<w:del><w:r><w:delText>secret</w:delText></w:r></w:del><w:ins>${run('', 'added')}</w:ins><w:r><w:instrText>secret</w:instrText></w:r><mc:AlternateContent xmlns:mc="x"><mc:Choice>${run('', ' choice')}</mc:Choice><mc:Fallback>${run('', 'secret')}</mc:Fallback></mc:AlternateContent></w:p>`;
    expect((await parseHere(docx(body), 'docx')).text).toBe('seen added choice');
  });

  it('writes tables as rows, a table in a cell as words of the cell', async () => {
    const cell = (content: string): string => `<w:tc>${content}</w:tc>`;
    const inner = `<w:tbl><w:tr>${cell(paragraph('x'))}${cell(paragraph('y'))}</w:tr></w:tbl>`;
    const body = `<w:tbl><w:tr>${cell(paragraph('Name'))}${cell(paragraph('Sum'))}</w:tr><w:tr>${cell(paragraph('Ann'))}${cell(paragraph('12') + inner)}</w:tr></w:tbl>`;
    const document = await parseHere(docx(body), 'docx');
    expect(outline(document)).toEqual(['table-row: Name | Sum', 'table-row: Ann | 12 x | y']);
    expect(document.blocks[1]?.headings).toEqual(['Name | Sum']);
  });

  it('reads what the content is, whatever the name says', async () => {
    expect((await parseHere(docx(paragraph('words')), 'doc')).format).toBe('docx');
    await expect(parseHere(docx(paragraph('words'), {}).subarray(0, 200), 'docx')).rejects.toThrow('damaged');
    await expect(parseHere('just text', 'docx')).rejects.toThrow('misnamed');
  });

  it.each([[4, 'upperRoman', 'IV'], [27, 'lowerLetter', 'aa'], [7, 'decimalZero', '07'], [1990, 'lowerRoman', 'mcmxc'], [3, 'decimal', '3']])(
    'counts %i in %s as %s', (value, format, shown) => expect(formatNumber(value, format)).toBe(shown),
  ); // prettier-ignore
});

describe('XLSX', () => {
  const workbook = (sheets: Record<string, WorkSheet>, hidden: readonly string[] = []): Buffer => {
    const book = utils.book_new();
    for (const [name, sheet] of Object.entries(sheets)) utils.book_append_sheet(book, sheet, name);
    book.Workbook = { Sheets: book.SheetNames.map((name) => ({ name, Hidden: hidden.includes(name) ? 1 : 0 })) };
    return write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer;
  };

  it('writes rows that make sense alone, with their cells, as the sheet shows the values', async () => {
    const sheet = utils.aoa_to_sheet(
      [['Costs of 2026'], [], ['Team', 'Share', 'Since'], ['Sales', 0.256, new Date(Date.UTC(2026, 2, 12))]],
      { UTC: true, dateNF: 'd mmm yyyy' },
    );
    sheet['B4'] = { ...(sheet['B4'] as object), z: '0.0%' };
    const document = await parseHere(workbook({ Plan: sheet }), 'xlsx');
    expect(outline(document)).toEqual([
      'heading: Costs of 2026',
      'table-row: Team | Share | Since',
      'table-row: Team: Sales | Share: 25.6% | Since: 12 Mar 2026',
    ]);
    expect(document.blocks[2]).toMatchObject({ locator: 'Plan!A4:C4', headings: ['Costs of 2026'] });
    expect(document.pages[0]?.label).toBe('Plan');
  });

  it('gives each sheet a page and leaves hidden ones out, saying so', async () => {
    const [seen, unseen] = [utils.aoa_to_sheet([['a', 'b']]), utils.aoa_to_sheet([['secret', 'x']])];
    const document = await parseHere(workbook({ Seen: seen, Unseen: unseen }, ['Unseen']), 'xlsx');
    expect(document.text).not.toContain('secret');
    expect(document.warnings).toEqual(['1 hidden sheet was not read.']);
  });

  it('is not fooled by a range that claims a million rows', async () => {
    const archive = await openZip(workbook({ Wide: utils.aoa_to_sheet([['one', 'two']]) }));
    const entries = await Promise.all(archive.names.map(async (name) => ({ name, data: await archive.read(name) })));
    const wide = entries.map(({ name, data }) => ({
      name,
      data: Buffer.from(data.toString('latin1').replace('ref="A1:B1"', 'ref="A1:XFD1048576"'), 'latin1'),
    }));
    expect(wide.some(({ data }) => data.includes('XFD1048576'))).toBe(true);
    expect((await parseHere(zip(wide), 'xlsx')).text).toBe('one | two');
  });

  it('reads tables that only call themselves workbooks', async () => {
    expect(
      (await parseHere('<table><tr><td>a</td><td>b</td></tr><tr><td>1</td><td>2</td></tr></table>', 'xls')).format,
    ).toBe('html');
    expect((await parseHere('a\tb\n1\t2\n', 'xls')).format).toBe('csv');
  });
});

describe('PPTX', () => {
  const shape = (placeholder: string, ...lines: string[]): string =>
    `<p:sp><p:nvSpPr><p:cNvPr id="1" name="x"/><p:nvPr>${placeholder}</p:nvPr></p:nvSpPr><p:txBody>${lines.map((line) => `<a:p><a:r><a:t>${line}</a:t></a:r></a:p>`).join('')}</p:txBody></p:sp>`;
  const slide = (content: string, attributes = ''): string =>
    `<p:sld xmlns:p="p" xmlns:a="a" ${attributes}><p:cSld><p:spTree>${content}</p:spTree></p:cSld></p:sld>`;
  const files: Record<string, string> = {
    'ppt/presentation.xml':
      '<p:presentation xmlns:p="p" xmlns:r="r"><p:sldIdLst><p:sldId id="256" r:id="r1"/><p:sldId id="257" r:id="r0"/><p:sldId id="258" r:id="r2"/></p:sldIdLst></p:presentation>',
    'ppt/_rels/presentation.xml.rels': relations(
      ['slide', 'slides/slide1.xml'],
      ['slide', 'slides/slide2.xml'],
      ['slide', 'slides/slide3.xml'],
    ),
    'ppt/slides/slide1.xml': slide(shape('', 'shown second')),
    'ppt/slides/slide2.xml': slide(
      shape('<p:ph type="body"/>', 'one', 'two') +
        shape('<p:ph type="title"/>', 'Plans') +
        shape('<p:ph type="sldNum"/>', '7'),
    ),
    'ppt/slides/_rels/slide2.xml.rels': relations(['notesSlide', '../notesSlides/notesSlide1.xml']),
    'ppt/notesSlides/notesSlide1.xml': slide(shape('<p:ph type="body"/>', 'say it slowly')),
    'ppt/slides/slide3.xml': slide(shape('', 'secret'), 'show="0"'),
  };

  it('reads slides in the order they are shown, titles first, with their notes', async () => {
    const document = await parseHere(
      zip(Object.entries(files).map(([name, text]) => ({ name, data: Buffer.from(text) }))),
      'pptx',
    );
    expect(outline(document)).toEqual([
      'heading: Plans',
      'list-item: one',
      'list-item: two',
      'paragraph: say it slowly',
      'paragraph: shown second',
    ]);
    expect(document.blocks.map((block) => block.page)).toEqual([1, 1, 1, 1, 2]);
    expect(document.blocks[3]?.locator).toBe('notes');
    expect(document.warnings).toEqual(['1 hidden slide was not read.']);
  });
});

describe('old and protected files', () => {
  const container = (...names: string[]): Buffer =>
    Buffer.concat([
      Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
      Buffer.alloc(1024),
      ...names.map((name) => Buffer.from(name, 'utf16le')),
    ]);

  it.each([
    ['docx', ['EncryptedPackage'], 'password'],
    ['xlsx', ['EncryptedPackage', 'DRMEncryptedDataSpace'], 'restricted'],
    ['doc', ['WordDocument'], 'word_97'],
    ['ppt', ['PowerPoint Document', 'Workbook'], 'powerpoint_97'],
    ['msg', ['__substg1.0_0037001F'], 'outlook'],
    ['doc', ['Contents'], 'office_95'],
  ])('are told apart: .%s with %j', async (extension, names, reason) => {
    await expect(parseHere(container(...names), extension)).rejects.toThrow(reason);
  });
});
