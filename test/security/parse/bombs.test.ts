import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { FrameCollector, frameHeader } from '../../../electron/sandbox/index.ts';
import { createParser } from '../../../electron/documents/parse/index.ts';
import { limits } from '../../../electron/documents/parse/limits.ts';
import { sandboxCommand } from '../../../electron/documents/parse/sandbox-command.ts';
import { docx, paragraph, wordSpace, zip } from '../../fixtures/documents/build.ts';
import { buildParser, entry, node, reasonOf } from '../../fixtures/documents/parse.ts';

interface Outcome {
  readonly reason: string;
  readonly megabytes: number;
  readonly seconds: number;
}

/** Runs the built parser as the launcher does without bubblewrap, and asks it what it took. */
async function outcomeOf(bytes: Buffer, extension: string): Promise<Outcome> {
  const report = join(import.meta.dirname, 'report-peak.mjs');
  const command = sandboxCommand({
    node,
    entry,
    tools: { bubblewrap: null, prlimit: '/usr/bin/prlimit', libraries: [] },
  });
  const at = command.args.indexOf('--permission');
  const args = [
    ...command.args.slice(0, at),
    `--import=${report}`,
    `--allow-fs-read=${report}`,
    '--allow-fs-read=/proc',
    ...command.args.slice(at),
  ];
  const child = spawn(command.file, args, { env: {} });
  const header = Buffer.from(JSON.stringify({ id: randomUUID(), extension, size: bytes.length }));
  child.stdin.on('error', () => undefined);
  child.stdin.end(Buffer.concat([frameHeader(header.length), header, bytes]));
  const answer = new FrameCollector(limits.replyBytes);
  child.stdout.on('data', (part: Buffer) => answer.push(part));
  let said = '';
  child.stderr.on('data', (part: Buffer) => (said += part.toString()));
  await new Promise((resolve) => child.on('close', resolve));
  const reply = JSON.parse(answer.payload().toString()) as { ok: boolean; reason?: string };
  return { reason: reply.reason ?? 'read', ...(JSON.parse(said) as { megabytes: number; seconds: number }) };
}

const zeros = (megabytes: number): Buffer => Buffer.alloc(megabytes * 1024 * 1024, 0x20);
const part = (
  name: string,
  data: Buffer,
  claimedSize?: number,
): { name: string; data: Buffer; claimedSize?: number } => ({
  name,
  data,
  ...(claimedSize === undefined ? {} : { claimedSize }),
});

const laughs = `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">${Array.from({ length: 20 }, (_, at) => `<!ENTITY ${String.fromCharCode(98 + at)} "${`&${String.fromCharCode(97 + at)};`.repeat(10)}">`).join('')}]>`;
const nested = (depth: number): string => `${'<w:p>'.repeat(depth)}x${'</w:p>'.repeat(depth)}`;

function multipart(depth: number): string {
  const open = Array.from(
    { length: depth },
    (_, at) => `Content-Type: multipart/mixed; boundary="b${at}"\r\n\r\n--b${at}\r\n`,
  );
  return `From: a@x.example\r\nSubject: nest\r\nMIME-Version: 1.0\r\n${open.join('')}Content-Type: text/plain\r\n\r\nx`;
}

/** What is counted are beginnings of cells; the letter after each keeps the ratio of a real sheet. */
const sheet = (cells: number): Buffer => Buffer.from([...randomBytes(cells)].map((byte) => `<c ${byte % 10}`).join(''));

describe('documents that grow', () => {
  let empty: Outcome;

  beforeAll(async () => {
    await buildParser();
    empty = await outcomeOf(docx(paragraph('x')), 'docx');
  });

  it('starts from a parser that reads a small file in little memory', () => {
    expect(empty).toMatchObject({ reason: 'read' });
    expect(empty.megabytes).toBeLessThan(130);
  });

  it.each([
    ['300 MB claimed honestly', 'docx', () => zip([part('word/document.xml', zeros(1), 300 * 1024 * 1024)]), 'bomb'],
    ['2 GB claimed by a header', 'docx', () => zip([part('word/document.xml', zeros(1), 0x7fffffff)]), 'bomb'],
    ['more than a hundred times its size', 'docx', () => zip([part('word/document.xml', zeros(40))]), 'bomb'],
    ['60 MB behind a header that says 1 kB', 'docx', () => zip([part('word/document.xml', zeros(60), 1000)]), 'damaged'],
    ['many parts, each below the limit', 'pptx', () => zip(Array.from({ length: 6 }, (_, at) => part(`ppt/${at}`, zeros(1), 45 * 1024 * 1024))), 'bomb'],
    ['more parts than an archive may have', 'docx', () => zip(Array.from({ length: 10_001 }, (_, at) => part(`word/${at}`, Buffer.from('x')))), 'bomb'],
    ['a workbook of spaces', 'xlsx', () => zip([part('xl/workbook.xml', zeros(40))]), 'bomb'],
    ['a bomb under another name', 'txt', () => zip([part('word/document.xml', zeros(40))]), 'bomb'],
    ['entities that multiply (DOCX)', 'docx', () => docx(`${laughs}<w:document ${wordSpace}>&t;</w:document>`), 'doctype'],
    ['entities that multiply (XML)', 'xml', () => Buffer.from(`${laughs}<l>&t;</l>`), 'doctype'],
    ['an entity that names a file', 'xml', () => Buffer.from('<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><l>&a;</l>'), 'doctype'],
    ['a sheet with entities', 'xlsx', () => zip([part('xl/workbook.xml', Buffer.from(`${laughs}<workbook/>`))]), 'doctype'],
    ['XML 5,000 deep', 'docx', () => docx(nested(5_000)), 'too_deep'],
    ['RTF 100,000 deep', 'rtf', () => Buffer.from(`{\\rtf1 ${'{'.repeat(100_000)}x`), 'too_deep'],
    ['a mail of 5,000 parts in each other', 'eml', () => Buffer.from(multipart(5_000)), 'too_deep'],
    ['a sheet of 2.1 million cells', 'xlsx', () => zip([part('xl/workbook.xml', Buffer.from('<workbook/>')), part('xl/worksheets/sheet1.xml', sheet(2_100_000))]), 'too_many_cells'],
    ['an OpenDocument sheet that repeats a cell', 'ods', () => zip([part('mimetype', Buffer.from('application/vnd.oasis.opendocument.spreadsheet')), part('content.xml', Buffer.from('<x><table:table-row><table:table-cell table:number-columns-repeated="900000000" office:value-type="float"/></table:table-row></x>'))]), 'too_many_cells'],
  ])('refuses %s', async (_, extension, build, reason) => {
    const outcome = await outcomeOf(build(), extension);
    expect(outcome.reason).toBe(reason);
    expect(outcome.megabytes).toBeLessThan(150);
    expect(outcome.seconds - empty.seconds).toBeLessThan(1);
  }, 60_000); // prettier-ignore

  it('refuses a file above 100 MB before a process sees it', async () => {
    const parser = createParser({ entry, node });
    const parsing = parser.parse({ name: 'big.txt', bytes: Buffer.alloc(100 * 1024 * 1024 + 1) });
    expect(await reasonOf(parsing)).toBe('file_too_large');
    await parser.dispose();
  });

  it('holds a PDF whose stream unpacks to 600 MB inside its memory', async () => {
    const stream = deflateSync(deflateSync(zeros(600), { level: 9 }), { level: 9 });
    const head = `%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n4 0 obj<</Length ${stream.length}/Filter[/FlateDecode/FlateDecode]>>stream\n`;
    const bytes = Buffer.concat([Buffer.from(head), stream, Buffer.from('\nendstream endobj\ntrailer<</Root 1 0 R>>')]);
    const parser = createParser({ entry, node });
    const reason = await reasonOf(parser.parse({ name: 'bomb.pdf', bytes }));
    await parser.dispose();
    expect(['out_of_memory', 'scanned', 'damaged', 'too_slow']).toContain(reason);
  }, 90_000);
});
