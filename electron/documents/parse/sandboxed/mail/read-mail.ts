import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime';
import { limits } from '../../limits.ts';
import { DocumentWriter, shorten } from '../document-writer.ts';
import { refuse, Refusal } from '../refusal.ts';
import type { Reader, Source } from '../source.ts';
import { paragraphRanges } from '../text/paragraph-ranges.ts';
import { writeHtml } from '../text/read-html.ts';

function people(addresses: readonly (Address | undefined)[]): string {
  const one = (address: Address): string => {
    if (address.group !== undefined) return `${address.name}: ${people(address.group)}`;
    if (address.address === '') return address.name;
    return address.name === '' ? address.address : `${address.name} <${address.address}>`;
  };
  return addresses
    .filter((address) => address !== undefined)
    .map(one)
    .join(', ');
}

function writeHeaders(email: Email, writer: DocumentWriter): void {
  if (email.subject !== undefined) writer.block({ kind: 'heading', level: 1, text: shorten(email.subject) });
  const lines = [
    ['From', people([email.from])],
    ['To', people(email.to ?? [])],
    ['Cc', people(email.cc ?? [])],
    ['Date', email.headers.find((header) => header.key === 'date')?.value ?? ''],
    ['Subject', email.subject ?? ''],
  ] as const;
  const text = lines
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
  writer.block({ kind: 'paragraph', text, locator: 'mail header' });
}

/** The HTML part says more (tables, headings), the text part is what the sender's program made of it. */
function writeBody(email: Email, writer: DocumentWriter): void {
  if (email.html !== undefined && email.html.trim() !== '') {
    writeHtml(email.html, writer);
    return;
  }
  const text = email.text ?? '';
  for (const { start, end } of paragraphRanges(text)) {
    const paragraph = text.slice(start, end);
    writer.block({ kind: /^>/.test(paragraph) ? 'quote' : 'paragraph', text: paragraph });
  }
}

function bytesOf(attachment: Attachment): Buffer {
  const { content } = attachment;
  if (typeof content === 'string') return Buffer.from(content);
  return content instanceof ArrayBuffer
    ? Buffer.from(content)
    : Buffer.from(content.buffer, content.byteOffset, content.byteLength);
}

/** A picture in the letterhead is no attachment to people. */
function isRead(attachment: Attachment): boolean {
  return !attachment.mimeType.startsWith('image/') && !attachment.mimeType.includes('signature');
}

function nameOf({ filename, mimeType }: Attachment): string {
  return filename ?? (mimeType === 'message/rfc822' ? 'message.eml' : mimeType === 'text/html' ? 'part.html' : 'part');
}

/** `above`: the heading that the attachments of this mail stand below. */
async function writeAttachments(
  email: Email,
  above: string | undefined,
  { parseNested }: Source,
  writer: DocumentWriter,
): Promise<void> {
  const attachments = email.attachments.filter(isRead);
  if (attachments.length > limits.attachments)
    writer.warn(`Only the first ${limits.attachments} attachments were read.`);
  for (const attachment of attachments.slice(0, limits.attachments)) {
    const name = nameOf(attachment);
    const label = `attachment ${shorten(name, 120)}`;
    try {
      const inner = await parseNested({ bytes: bytesOf(attachment), name, declared: { type: attachment.mimeType } });
      writer.leaveHeadings(above);
      writer.nested(name, label, inner);
    } catch (thrown) {
      if (!(thrown instanceof Refusal) || thrown.reason === 'bomb') throw thrown;
      writer.warn(`The ${label} was not read.`);
    }
  }
}

async function parse(bytes: Buffer): Promise<Email> {
  try {
    return await PostalMime.parse(bytes, {
      maxNestingDepth: 64,
      maxHeadersSize: 2 * 1024 * 1024,
      forceRfc822Attachments: true,
    });
  } catch (thrown) {
    if (thrown instanceof RangeError) throw thrown;
    throw new Refusal(/nest/i.test(String(thrown)) ? 'too_deep' : 'damaged');
  }
}

/** In a mailbox the subject says which mail an attachment belongs to; a mail of its own has it as its title. */
async function writeMail(bytes: Buffer, source: Source, writer: DocumentWriter, inMailbox: boolean): Promise<Email> {
  const email = await parse(bytes);
  writeHeaders(email, writer);
  writeBody(email, writer);
  await writeAttachments(email, inMailbox ? email.subject : undefined, source, writer);
  return email;
}

export const readEml: Reader = async (source) => {
  const writer = new DocumentWriter('eml');
  const email = await writeMail(source.bytes, source, writer, false);
  if (email.headers.length === 0) refuse('misnamed');
  writer.title(email.subject);
  return writer.finish();
};

const separator = Buffer.from('\nFrom ');

/** Messages of a mailbox file: each begins after a line “From …” (RFC 4155). */
function* mboxMessages(bytes: Buffer): Generator<Buffer> {
  let start = bytes.indexOf('From ') === 0 ? 0 : -1;
  while (start !== -1) {
    const next = bytes.indexOf(separator, start + 1);
    const message = bytes.subarray(start, next === -1 ? bytes.length : next + 1);
    yield message.subarray(message.indexOf(10) + 1);
    start = next === -1 ? -1 : next + 1;
  }
}

/** A mailbox is a document of many parts; each mail is one, under its subject. */
export const readMbox: Reader = async (source) => {
  const writer = new DocumentWriter('mbox');
  for (const message of mboxMessages(source.bytes)) {
    writer.leaveHeadings();
    if (message.length > 0) await writeMail(message, source, writer, true);
  }
  if (writer.isEmpty) refuse('no_text');
  return writer.finish();
};
