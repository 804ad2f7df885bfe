import { contentTypes, coreProperties, escapeXml, officePackage, relationships, xmlHeader } from './office-xml.ts';

interface Slide {
  readonly title: string;
  readonly lines: readonly string[];
  readonly table?: readonly (readonly string[])[];
  readonly notes?: string;
}

const slides: readonly Slide[] = [
  {
    title: 'Town hall, 26 March 2026',
    lines: ['Marit Voss, managing director', 'Canteen, third floor, 15:00'],
    notes:
      'Questions afterwards to townhall@haldenvoss.example until 3 April; answers follow on the intranet on 10 April.',
  },
  {
    title: 'How 2025 went',
    lines: [
      'Revenue of EUR 11.8 million, 6 per cent more than in 2024',
      '1,940 instruments delivered, 92 per cent of them on the promised day',
      'Profit of EUR 0.9 million after tax',
    ],
    notes: 'The late deliveries were nearly all calibrators: the microphone supplier failed twice in autumn.',
  },
  {
    title: 'The Fjord 3',
    lines: [
      'Our new sound level meter is launched on 15 September 2026',
      'Battery lasts 30 hours, twice as long as in the Fjord 2',
      'List price EUR 3,450',
    ],
    notes: 'Sales training takes place on 1 and 2 September. Noor Bakker leads the launch.',
  },
  {
    title: 'The acoustic chamber',
    lines: [
      'EUR 84,000 approved on 12 March',
      'Building from 6 July, ready by 30 October 2026',
      'The third-floor meeting room closes for that time',
    ],
  },
  {
    title: 'What you told us',
    lines: ['82 per cent of you would recommend Halden & Voss as a place to work'],
    table: [
      ['Topic', '2024', '2026'],
      ['Trust in the team lead', '78 %', '84 %'],
      ['Workload', '61 %', '57 %'],
      ['Working from home', '70 %', '88 %'],
    ],
    notes: '51 of 64 people took part. Workload went down: Tomas Lind reports on measures in June.',
  },
  {
    title: 'Dates to remember',
    lines: [
      '1 April: salaries rise by 3.1 per cent',
      '12 June: summer party at the harbour',
      '31 July: last day to end the lease early; we are staying',
    ],
  },
];

const spaces =
  'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"';
const kind = 'application/vnd.openxmlformats-officedocument.presentationml';
const root = '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>';

function frame(x: number, y: number, width: number, height: number, prefix: 'a' | 'p' = 'a'): string {
  return `<${prefix}:xfrm><a:off x="${x}" y="${y}"/><a:ext cx="${width}" cy="${height}"/></${prefix}:xfrm>`;
}

function paragraphs(lines: readonly string[]): string {
  return lines.map((line) => `<a:p><a:r><a:rPr lang="en-GB"/><a:t>${escapeXml(line)}</a:t></a:r></a:p>`).join('');
}

/** A placeholder: `type` as in the schema, `index` ties it to the layout's. */
function named(id: number, type: string, index: string, lines: readonly string[], place: string): string {
  const properties = `<p:nvSpPr><p:cNvPr id="${id}" name="${type} ${id}"/><p:cNvSpPr/><p:nvPr><p:ph type="${type}"${index}/></p:nvPr></p:nvSpPr>`;
  return `<p:sp>${properties}<p:spPr>${place}</p:spPr><p:txBody><a:bodyPr/><a:lstStyle/>${paragraphs(lines)}</p:txBody></p:sp>`;
}

function tableFrame(rows: readonly (readonly string[])[]): string {
  const width = 2_600_000;
  const columns = (rows[0] ?? []).map(() => `<a:gridCol w="${width}"/>`).join('');
  const cell = (text: string): string =>
    `<a:tc><a:txBody><a:bodyPr/><a:lstStyle/>${paragraphs([text])}</a:txBody><a:tcPr/></a:tc>`;
  const body = rows.map((row) => `<a:tr h="420000">${row.map(cell).join('')}</a:tr>`).join('');
  const place = frame(838_200, 3_000_000, width * (rows[0]?.length ?? 1), 420_000 * rows.length, 'p');
  return `<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="9" name="Table"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr>${place}<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/table"><a:tbl><a:tblPr firstRow="1"/><a:tblGrid>${columns}</a:tblGrid>${body}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>`;
}

const titlePlace = frame(838_200, 500_000, 10_500_000, 1_000_000);
const bodyPlace = frame(838_200, 1_700_000, 10_500_000, 4_300_000);

function slideXml(slide: Slide): string {
  const title = named(2, 'title', '', [slide.title], titlePlace);
  const body = named(3, 'body', ' idx="1"', slide.lines, bodyPlace);
  const rows = slide.table === undefined ? '' : tableFrame(slide.table);
  return `${xmlHeader}<p:sld ${spaces}><p:cSld><p:spTree>${root}${title}${body}${rows}</p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sld>`;
}

function notesXml(text: string): string {
  return `${xmlHeader}<p:notes ${spaces}><p:cSld><p:spTree>${root}${named(2, 'body', ' idx="1"', [text], '')}</p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:notes>`;
}

const colours = [
  'dk1:1C1E22',
  'lt1:FFFFFF',
  'dk2:33383F',
  'lt2:F2F2F0',
  'accent1:3B6EA5',
  'accent2:6A8F4E',
  'accent3:B3752B',
  'accent4:8A5A83',
  'accent5:4A8C8C',
  'accent6:A34A4A',
  'hlink:3B6EA5',
  'folHlink:6B5B95',
];
const fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>';
const theme = `${xmlHeader}<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="Plain"><a:themeElements><a:clrScheme name="Plain">${colours
  .map((each) => each.split(':'))
  .map(([name = '', value = '']) => `<a:${name}><a:srgbClr val="${value}"/></a:${name}>`)
  .join('')}</a:clrScheme><a:fontScheme name="Plain">${['major', 'minor']
  .map((each) => `<a:${each}Font><a:latin typeface="Arial"/><a:ea typeface=""/><a:cs typeface=""/></a:${each}Font>`)
  .join(
    '',
  )}</a:fontScheme><a:fmtScheme name="Plain"><a:fillStyleLst>${fill.repeat(3)}</a:fillStyleLst><a:lnStyleLst>${`<a:ln w="9525">${fill}</a:ln>`.repeat(3)}</a:lnStyleLst><a:effectStyleLst>${'<a:effectStyle><a:effectLst/></a:effectStyle>'.repeat(3)}</a:effectStyleLst><a:bgFillStyleLst>${fill.repeat(3)}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>`;

const colourMap =
  '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"/>';
const placeholders = `${named(2, 'title', '', [''], titlePlace)}${named(3, 'body', ' idx="1"', [''], bodyPlace)}`;
const master = `${xmlHeader}<p:sldMaster ${spaces}><p:cSld><p:spTree>${root}${placeholders}</p:spTree></p:cSld>${colourMap}<p:sldLayoutIdLst><p:sldLayoutId id="2147483649" r:id="rId1"/></p:sldLayoutIdLst></p:sldMaster>`;
const layout = `${xmlHeader}<p:sldLayout ${spaces} type="obj"><p:cSld name="Title and text"><p:spTree>${root}${placeholders}</p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sldLayout>`;
const notesMaster = `${xmlHeader}<p:notesMaster ${spaces}><p:cSld><p:spTree>${root}</p:spTree></p:cSld>${colourMap}</p:notesMaster>`;

function presentation(): string {
  const ids = slides.map((_, index) => `<p:sldId id="${256 + index}" r:id="rId${index + 3}"/>`).join('');
  return `${xmlHeader}<p:presentation ${spaces}><p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst><p:notesMasterIdLst><p:notesMasterId r:id="rId2"/></p:notesMasterIdLst><p:sldIdLst>${ids}</p:sldIdLst><p:sldSz cx="12192000" cy="6858000"/><p:notesSz cx="6858000" cy="9144000"/></p:presentation>`;
}

function slideParts(): Record<string, string> {
  const parts: Record<string, string> = {};
  for (const [index, slide] of slides.entries()) {
    const number = index + 1;
    parts[`ppt/slides/slide${number}.xml`] = slideXml(slide);
    const notes =
      slide.notes === undefined ? [] : [['rId2', 'notesSlide', `../notesSlides/notesSlide${number}.xml`] as const];
    parts[`ppt/slides/_rels/slide${number}.xml.rels`] = relationships([
      ['rId1', 'slideLayout', '../slideLayouts/slideLayout1.xml'],
      ...notes,
    ]);
    if (slide.notes === undefined) continue;
    parts[`ppt/notesSlides/notesSlide${number}.xml`] = notesXml(slide.notes);
    parts[`ppt/notesSlides/_rels/notesSlide${number}.xml.rels`] = relationships([
      ['rId1', 'notesMaster', '../notesMasters/notesMaster1.xml'],
      ['rId2', 'slide', `../slides/slide${number}.xml`],
    ]);
  }
  return parts;
}

const typeOf: readonly (readonly [RegExp, string])[] = [
  [/^ppt\/presentation\.xml$/, `${kind}.presentation.main+xml`],
  [/^ppt\/slides\/slide\d+\.xml$/, `${kind}.slide+xml`],
  [/^ppt\/notesSlides\/notesSlide\d+\.xml$/, `${kind}.notesSlide+xml`],
  [/^ppt\/slideMasters\/slideMaster1\.xml$/, `${kind}.slideMaster+xml`],
  [/^ppt\/slideLayouts\/slideLayout1\.xml$/, `${kind}.slideLayout+xml`],
  [/^ppt\/notesMasters\/notesMaster1\.xml$/, `${kind}.notesMaster+xml`],
  [/^ppt\/theme\/theme\d\.xml$/, 'application/vnd.openxmlformats-officedocument.theme+xml'],
  [/^docProps\/core\.xml$/, 'application/vnd.openxmlformats-package.core-properties+xml'],
];

export function writeTownHall(): Uint8Array {
  const parts: Record<string, string> = {
    '_rels/.rels': relationships([
      ['rId1', 'officeDocument', 'ppt/presentation.xml'],
      ['rId2', 'core-properties', 'docProps/core.xml'],
    ]),
    'docProps/core.xml': coreProperties('Town hall'),
    'ppt/presentation.xml': presentation(),
    'ppt/_rels/presentation.xml.rels': relationships([
      ['rId1', 'slideMaster', 'slideMasters/slideMaster1.xml'],
      ['rId2', 'notesMaster', 'notesMasters/notesMaster1.xml'],
      ...slides.map((_, index) => [`rId${index + 3}`, 'slide', `slides/slide${index + 1}.xml`] as const),
    ]),
    'ppt/slideMasters/slideMaster1.xml': master,
    'ppt/slideMasters/_rels/slideMaster1.xml.rels': relationships([
      ['rId1', 'slideLayout', '../slideLayouts/slideLayout1.xml'],
      ['rId2', 'theme', '../theme/theme1.xml'],
    ]),
    'ppt/slideLayouts/slideLayout1.xml': layout,
    'ppt/slideLayouts/_rels/slideLayout1.xml.rels': relationships([
      ['rId1', 'slideMaster', '../slideMasters/slideMaster1.xml'],
    ]),
    'ppt/notesMasters/notesMaster1.xml': notesMaster,
    'ppt/notesMasters/_rels/notesMaster1.xml.rels': relationships([['rId1', 'theme', '../theme/theme2.xml']]),
    'ppt/theme/theme1.xml': theme,
    'ppt/theme/theme2.xml': theme,
    ...slideParts(),
  };
  const types = Object.keys(parts).flatMap((name) =>
    typeOf.filter(([pattern]) => pattern.test(name)).map(([, type]) => [name, type] as const),
  );
  return officePackage({ '[Content_Types].xml': contentTypes(Object.fromEntries(types)), ...parts });
}
