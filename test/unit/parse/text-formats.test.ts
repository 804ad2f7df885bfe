import { describe, expect, it } from 'vitest';
import { parsedDocumentSchema } from '../../../electron/documents/parse/index.ts';
import { outline, parseHere } from '../../fixtures/documents/parse.ts';

describe('plain text', () => {
  it('stays letter for letter, with paragraphs that point into it', async () => {
    const text = '  First line,\r\nsecond line.\r\n\r\n\tNext paragraph. \n';
    const document = await parseHere(text, 'txt');
    expect(document.text).toBe(text);
    expect(outline(document)).toEqual(['paragraph:   First line,\r\nsecond line.', 'paragraph: \tNext paragraph. ']);
  });

  it.each([
    ['UTF-8 with mark', Buffer.from('\ufeffgrüße'), 'grüße'],
    ['UTF-16 little-endian with mark', Buffer.from('\ufeffgrüße', 'utf16le'), 'grüße'],
    ['UTF-16 little-endian without mark', Buffer.from('plain words and grüße', 'utf16le'), 'plain words and grüße'],
    [
      'UTF-16 big-endian without mark',
      Buffer.from('plain words and grüße', 'utf16le').swap16(),
      'plain words and grüße',
    ],
    ['windows-1252', Buffer.from('gr\xfc\xdfe \x93so\x94', 'latin1'), 'grüße “so”'],
  ])('is decoded: %s', async (_, bytes, expected) => {
    expect((await parseHere(bytes, 'txt')).text).toBe(expected);
  });

  it.each([
    ['gb18030', [0xc4, 0xe3, 0xba, 0xc3], '你好'],
    ['shift_jis', [0x93, 0xfa, 0x96, 0x7b], '日本'],
  ])('is decoded as declared: %s', async (encoding, bytes, expected) => {
    const html = Buffer.concat([
      Buffer.from(`<html><meta charset="${encoding}"><p>`),
      Buffer.from(bytes),
      Buffer.from('</p>'),
    ]);
    expect((await parseHere(html, 'html')).text).toBe(expected);
  });

  it('refuses what is no text', async () => {
    await expect(parseHere(Buffer.from([1, 2, 0, 4, 5, 6, 7, 8]), 'txt')).rejects.toThrow('unknown');
    await expect(parseHere(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1]), 'txt')).rejects.toThrow('picture');
    await expect(parseHere(' \n \n', 'txt')).rejects.toThrow('empty');
  });
});

describe('Markdown', () => {
  const text =
    '# Title\n\nSome *words*\nmore\n\n## Part\n- one\n- two\n\n```js\n# no heading\n```\n\n| A | B |\n|---|---|\n| 1 | 2 |\n\nUnder\n-----\n> said\n';

  it('keeps its text and knows its blocks', async () => {
    const document = await parseHere(text, 'md');
    expect(document.text).toBe(text);
    expect(document.title).toBe('Title');
    expect(outline(document)).toEqual([
      'heading: # Title', 'paragraph: Some *words*\nmore', 'heading: ## Part', 'list-item: - one', 'list-item: - two',
      'code: ```js\n# no heading\n```', 'table-row: | A | B |', 'table-row: | 1 | 2 |', 'heading: Under\n-----', 'quote: > said',
    ]); // prettier-ignore
  });

  it('knows the headings above and the columns of a row', async () => {
    const document = await parseHere(text, 'md');
    expect(document.blocks[7]?.headings).toEqual(['Title', 'Part', 'A | B']);
    expect(document.blocks[9]?.headings).toEqual(['Title', 'Under']);
  });
});

describe('CSV', () => {
  it('keeps its text; rows know their columns, also with quotes and line ends in cells', async () => {
    const text = 'Name;Note\r\n"Brood; Kaas";"two\nlines"\r\n\r\nLast;"say ""hi"""';
    const document = await parseHere(text, 'csv');
    expect(document.text).toBe(text);
    expect(outline(document)).toEqual([
      'table-row: Name;Note',
      'table-row: "Brood; Kaas";"two\nlines"',
      'table-row: Last;"say ""hi"""',
    ]);
    expect(document.blocks[1]).toMatchObject({ locator: 'row 2', headings: ['Name | Note'] });
    expect(document.blocks[2]?.locator).toBe('row 4');
  });

  it('does not take figures for names of columns', async () => {
    const document = await parseHere('1,2\n3,4\n', 'csv');
    expect(document.blocks[1]?.headings).toBeUndefined();
  });
});

describe('HTML', () => {
  it('reads what is seen, in blocks', async () => {
    const document = await parseHere(
      '<title>Page</title><script>evil()</script><h1>Head</h1><p>One <b>two</b>\n three<br>four</p><ul><li>item<li>next</ul><pre>a\n  b</pre>',
      'html',
    );
    expect(document.title).toBe('Page');
    expect(outline(document)).toEqual([
      'heading: Head',
      'paragraph: One two three\nfour',
      'list-item: item',
      'list-item: next',
      'code: a\n  b',
    ]);
  });

  it.each([
    '<p hidden>secret</p>',
    '<p style="display:none">secret</p>',
    '<div style="color:red; visibility: hidden"><p>secret</p></div>',
    '<span style="font-size:0px">secret</span>',
    '<span style="opacity:0">secret</span>',
    '<template>secret</template>',
    '<noscript>secret</noscript>',
    '<!-- secret -->',
    '<iframe srcdoc="secret">secret</iframe>',
    '<table><tr><td>a<td hidden>secret<tr><td>c<td>d</table>',
  ])('leaves out what nobody sees: %s', async (html) => {
    const document = await parseHere(`<p>shown</p>${html}`, 'html');
    expect(document.text).toContain('shown');
    expect(document.text).not.toContain('secret');
  });

  it('keeps the words of a style that only looks hidden', async () => {
    expect((await parseHere('<p style="opacity:0.9; font-size: 0.8em">kept</p>', 'html')).text).toBe('kept');
  });

  it('writes tables as rows under their columns', async () => {
    const document = await parseHere(
      '<table><tr><th>Day</th><th>Opens</th></tr><tr><td>Friday</td><td>8:00</td></tr></table>',
      'html',
    );
    expect(outline(document)).toEqual(['table-row: Day | Opens', 'table-row: Friday | 8:00']);
    expect(document.blocks[1]?.headings).toEqual(['Day | Opens']);
  });

  it('refuses to follow a nest without end', async () => {
    await expect(parseHere(`<html>${'<div>'.repeat(20_000)}x`, 'html')).rejects.toThrow('too_deep');
  });
});

describe('mail', () => {
  const mail = [
    'From: Ann <ann@x.example>', 'To: Bob <bob@x.example>', 'Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=', 'Date: Thu, 1 Jan 2026 10:00:00 +0100',
    'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary="b"', '', '--b', 'Content-Type: text/plain; charset=utf-8', '', 'Hello Bob,', '',
    'see the list.', '--b', 'Content-Type: text/csv; name="list.csv"', 'Content-Disposition: attachment; filename="list.csv"', '', 'Name,Age', 'Cy,40', '--b--', '',
  ].join('\r\n'); // prettier-ignore

  it('reads head, body and attachment', async () => {
    const document = await parseHere(mail, 'eml');
    expect(document.title).toBe('Grüße');
    expect(document.text).toContain(
      'From: Ann <ann@x.example>\nTo: Bob <bob@x.example>\nDate: Thu, 1 Jan 2026 10:00:00 +0100',
    );
    expect(document.blocks.at(-1)).toMatchObject({
      locator: 'attachment list.csv, row 2',
      attachment: 'list.csv',
      headings: ['Attachment: list.csv'],
    });
    const [heading] = document.blocks.filter(({ attachment }) => attachment !== undefined);
    expect(document.text.slice(heading?.start, heading?.end)).toBe('Attachment: list.csv');
    expect(parsedDocumentSchema.safeParse(document).success).toBe(true);
  });

  it('opens mail in mail three deep, then says that it stopped', async () => {
    let inner = mail;
    for (let depth = 0; depth < 5; depth += 1) {
      inner = `From: level${depth}@x.example\r\nSubject: level ${depth}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="m${depth}"\r\n\r\n--m${depth}\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment; filename="in.eml"\r\n\r\n${inner}\r\n--m${depth}--\r\n`;
    }
    const document = await parseHere(inner, 'eml');
    expect(document.text).toContain('level 4');
    expect(document.text).toContain('level 1');
    expect(document.text).not.toContain('Hello Bob');
    expect(document.warnings.join()).toContain('was not read');
    const deepest = document.blocks.find(({ start, end }) => document.text.slice(start, end).includes('level 2'));
    expect(deepest?.attachment).toBe('in.eml › in.eml');
  });

  it('reads each message of a mailbox', async () => {
    const box = `From ann Thu Jan 1\n${mail.replaceAll('\r\n', '\n')}\nFrom bob Thu Jan 1\nSubject: Second\n\nBody two\n`;
    const document = await parseHere(box, 'mbox');
    expect(document.text).toContain('Grüße');
    expect(document.blocks.at(-1)).toMatchObject({ headings: ['Second'] });
    expect(document.blocks.at(-1)).not.toHaveProperty('attachment');
    const row = document.blocks.find(({ locator }) => locator === 'attachment list.csv, row 2');
    expect(row?.headings).toEqual(['Grüße', 'Attachment: list.csv']);
  });
});

describe('RTF', () => {
  it('decodes code pages, Unicode, hidden text and rows', async () => {
    const rtf = String.raw`{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset238 Arial;}}{\*\generator X;}\f0 Gr\'fc\'dfe \u8364?\par {\v secret}{\f1 za\'bf\'f3\'b3\'e6}\par\trowd\intbl A\cell B\cell\row\pard Ende\par}`;
    expect(outline(await parseHere(rtf, 'rtf'))).toEqual([
      'paragraph: Grüße €',
      'paragraph: zażółć',
      'table-row: A | B',
      'paragraph: Ende',
    ]);
  });
});
