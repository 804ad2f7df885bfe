import { lease, type LeasePart } from './lease.ts';
import { contentTypes, coreProperties, escapeXml, officePackage, relationships, xmlHeader } from './office-xml.ts';

const main = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const space = `xmlns:w="${main}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`;
const word = 'application/vnd.openxmlformats-officedocument.wordprocessingml';

function run(text: string): string {
  return `<w:r><w:t xml:space="preserve">${escapeXml(text)}</w:t></w:r>`;
}

function paragraph(style: string, content: string): string {
  return `<w:p><w:pPr><w:pStyle w:val="${style}"/></w:pPr>${content}</w:p>`;
}

function cells(row: readonly string[]): string {
  const cell = (text: string): string =>
    `<w:tc><w:tcPr><w:tcW w:w="3000" w:type="dxa"/></w:tcPr>${paragraph('Normal', run(text))}</w:tc>`;
  return row.map(cell).join('');
}

function table(rows: readonly (readonly string[])[]): string {
  const lines = ['top', 'bottom', 'insideH']
    .map((side) => `<w:${side} w:val="single" w:sz="4" w:color="BFBFBF"/>`)
    .join('');
  const written = rows.map(
    (row, index) => `<w:tr>${index === 0 ? '<w:trPr><w:tblHeader/></w:trPr>' : ''}${cells(row)}</w:tr>`,
  );
  const columns = (rows[0] ?? []).map(() => '<w:gridCol w:w="3000"/>').join('');
  return `<w:tbl><w:tblPr><w:tblW w:w="9000" w:type="dxa"/><w:tblBorders>${lines}</w:tblBorders></w:tblPr><w:tblGrid>${columns}</w:tblGrid>${written.join('')}</w:tbl>`;
}

function bodyOf(parts: readonly LeasePart[], notes: string[]): string {
  const styles = { title: 'Title', plain: 'Normal', clause: 'Heading1', sub: 'Clause' } as const;
  return parts
    .map((part) => {
      if (part.kind === 'table') return table(part.rows);
      if (part.note === undefined) return paragraph(styles[part.kind], run(part.text));
      notes.push(part.note);
      return paragraph(styles[part.kind], `${run(part.text)}<w:r><w:footnoteReference w:id="${notes.length}"/></w:r>`);
    })
    .join('');
}

const styles = `${xmlHeader}<w:styles ${space}>
<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman"/><w:sz w:val="22"/></w:rPr></w:rPrDefault>
<w:pPrDefault><w:pPr><w:spacing w:after="120"/></w:pPr></w:pPrDefault></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:basedOn w:val="Normal"/><w:rPr><w:b/><w:sz w:val="40"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/><w:pPr><w:keepNext/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:spacing w:before="240"/><w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:b/><w:sz w:val="26"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Clause"><w:name w:val="Clause"/><w:basedOn w:val="Normal"/><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
</w:styles>`;

function level(index: number, text: string): string {
  return `<w:lvl w:ilvl="${index}"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="${text}"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="567" w:hanging="567"/></w:pPr></w:lvl>`;
}

const numbering = `${xmlHeader}<w:numbering ${space}><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="multilevel"/>${level(0, '%1')}${level(1, '%1.%2')}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>`;

function footnotes(notes: readonly string[]): string {
  const separators =
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote><w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>';
  const written = notes.map(
    (note, index) => `<w:footnote w:id="${index + 1}">${paragraph('Normal', run(note))}</w:footnote>`,
  );
  return `${xmlHeader}<w:footnotes ${space}>${separators}${written.join('')}</w:footnotes>`;
}

export function writeLease(): Uint8Array {
  const notes: string[] = [];
  const body = bodyOf(lease, notes);
  const page =
    '<w:sectPr><w:headerReference w:type="default" r:id="rId4"/><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1440" w:header="708" w:footer="708" w:gutter="0"/></w:sectPr>';
  return officePackage({
    '[Content_Types].xml': contentTypes({
      'word/document.xml': `${word}.document.main+xml`,
      'word/styles.xml': `${word}.styles+xml`,
      'word/numbering.xml': `${word}.numbering+xml`,
      'word/footnotes.xml': `${word}.footnotes+xml`,
      'word/header1.xml': `${word}.header+xml`,
      'docProps/core.xml': 'application/vnd.openxmlformats-package.core-properties+xml',
    }),
    '_rels/.rels': relationships([
      ['rId1', 'officeDocument', 'word/document.xml'],
      ['rId2', 'core-properties', 'docProps/core.xml'],
    ]),
    'docProps/core.xml': coreProperties('Lease agreement'),
    'word/_rels/document.xml.rels': relationships([
      ['rId1', 'styles', 'styles.xml'],
      ['rId2', 'numbering', 'numbering.xml'],
      ['rId3', 'footnotes', 'footnotes.xml'],
      ['rId4', 'header', 'header1.xml'],
    ]),
    'word/document.xml': `${xmlHeader}<w:document ${space}><w:body>${body}${page}</w:body></w:document>`,
    'word/styles.xml': styles,
    'word/numbering.xml': numbering,
    'word/footnotes.xml': footnotes(notes),
    'word/header1.xml': `${xmlHeader}<w:hdr ${space}>${paragraph('Normal', run('Kastelplein 14 · Lease 2024–2029'))}</w:hdr>`,
  });
}
