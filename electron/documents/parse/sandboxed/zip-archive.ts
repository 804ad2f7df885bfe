import { crc32 } from 'node:zlib';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { limits } from '../limits.ts';
import { refuse, Refusal } from './refusal.ts';

export interface ZipArchive {
  readonly names: readonly string[];
  has(name: string): boolean;
  /** The inflated bytes of one entry; refuses past the budget, whatever the directory claims. */
  read(name: string): Promise<Buffer>;
}

function open(bytes: Buffer): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    yauzl.fromBuffer(bytes, { lazyEntries: true, validateEntrySizes: true }, (error, zip) => {
      if (error !== null) reject(new Refusal('damaged'));
      else resolve(zip);
    });
  });
}

function isEncrypted(entry: Entry): boolean {
  return (entry.generalPurposeBitFlag & 1) !== 0;
}

/** The directory of the archive. What it claims is only ever used to refuse early. */
async function directoryOf(zip: ZipFile): Promise<Map<string, Entry>> {
  if (zip.entryCount > limits.entries) refuse('bomb');
  const entries = new Map<string, Entry>();
  let claimed = 0;
  await new Promise<void>((resolve, reject) => {
    zip.on('error', () => reject(new Refusal('damaged')));
    zip.on('end', resolve);
    zip.on('entry', (entry: Entry) => {
      claimed += entry.uncompressedSize;
      if (entry.uncompressedSize > limits.entryBytes || claimed > limits.inflatedBytes) reject(new Refusal('bomb'));
      else {
        // The first of two entries of one name counts, as in the programs that people look at the file with.
        if (!entries.has(entry.fileName)) entries.set(entry.fileName, entry);
        zip.readEntry();
      }
    });
    zip.readEntry();
  });
  return entries;
}

/** Counts what really comes out of the decompressor, for one entry and for the whole archive. */
class Budget {
  #total = 0;

  /** Returns the check for one entry. */
  forEntry(entry: Entry): (bytes: number) => void {
    const byRatio = Math.max(limits.inflateRatioFloor, entry.compressedSize * limits.inflateRatio);
    const most = Math.min(limits.entryBytes, byRatio);
    let size = 0;
    return (bytes) => {
      size += bytes;
      this.#total += bytes;
      if (size > most || this.#total > limits.inflatedBytes) refuse('bomb');
    };
  }
}

async function inflate(zip: ZipFile, entry: Entry, count: (bytes: number) => void): Promise<Buffer> {
  if (isEncrypted(entry)) refuse('password');
  const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
    zip.openReadStream(entry, (error, opened) => {
      if (error !== null) reject(new Refusal('damaged'));
      else resolve(opened);
    });
  });
  const parts: Buffer[] = [];
  try {
    for await (const part of stream) {
      count((part as Buffer).length);
      parts.push(part as Buffer);
    }
  } catch (thrown) {
    throw thrown instanceof Refusal ? thrown : new Refusal('damaged');
  }
  return Buffer.concat(parts);
}

export async function openZip(bytes: Buffer): Promise<ZipArchive> {
  const zip = await open(bytes);
  const entries = await directoryOf(zip);
  const budget = new Budget();
  return {
    names: [...entries.keys()],
    has: (name) => entries.has(name),
    read: async (name) => {
      const entry = entries.get(name);
      if (entry === undefined) return refuse('damaged');
      return inflate(zip, entry, budget.forEntry(entry));
    },
  };
}

interface Stored {
  readonly name: Buffer;
  readonly data: Buffer;
  readonly offset: number;
}

function storedHeader({ name, data, offset }: Stored, central: boolean): Buffer {
  const header = Buffer.alloc(central ? 46 : 30);
  const at = central ? 2 : 0;
  header.writeUInt32LE(central ? 0x02014b50 : 0x04034b50, 0);
  if (central) header.writeUInt16LE(20, 4);
  header.writeUInt16LE(20, 4 + at);
  // Names are UTF-8 (bit 11); method 0, no time.
  header.writeUInt16LE(0x0800, 6 + at);
  header.writeUInt32LE(crc32(data), 14 + at);
  header.writeUInt32LE(data.length, 18 + at);
  header.writeUInt32LE(data.length, 22 + at);
  header.writeUInt16LE(name.length, 26 + at);
  if (central) header.writeUInt32LE(offset, 42);
  return Buffer.concat([header, name]);
}

/**
 * An archive without compression, of entries we inflated ourselves. A library that unzips on its own is given this, and
 * so sees exactly what was counted, not what a second directory or a local header might tell it.
 */
export function storedZip(files: ReadonlyMap<string, Buffer>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, data] of files) {
    const stored = { name: Buffer.from(name), data, offset };
    const header = storedHeader(stored, false);
    parts.push(header, data);
    directory.push(storedHeader(stored, true));
    offset += header.length + data.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.size, 8);
  end.writeUInt16LE(files.size, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}
