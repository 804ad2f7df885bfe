import { readFile } from 'node:fs/promises';
import { headerPath, writeAtomically } from '../profile/files.ts';
import { errnoOf, fromFileSystem } from '../profile/system-errors.ts';
import { parseHeader, serializeHeader, type Header, type HeaderReading } from './format.ts';

export async function readHeader(profile: string): Promise<HeaderReading | { readonly kind: 'absent' }> {
  try {
    return parseHeader(await readFile(headerPath(profile), 'utf8'));
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT') return { kind: 'absent' };
    throw fromFileSystem(thrown);
  }
}

export async function writeHeader(profile: string, header: Header): Promise<void> {
  try {
    await writeAtomically(headerPath(profile), serializeHeader(header));
  } catch (thrown) {
    throw fromFileSystem(thrown);
  }
}
