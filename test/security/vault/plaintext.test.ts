import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createVault } from '../../../electron/vault/index.ts';
import { createFileKeychain } from '../../service/vault/file-keychain.ts';
import type { NotesTable } from '../../service/vault/notes-room.ts';
import { here, notesWorker } from '../../service/vault/paths.ts';
import { drive, type Driven } from '../../service/vault/processes.ts';
import { readFiles, testProfiles } from '../../service/vault/profiles.ts';

const profile = testProfiles();
const running: Driven[] = [];
afterEach(() => running.splice(0).forEach(({ child }) => child.kill('SIGKILL')));

const planted = 'PlantedWordQuokka';
const passphrase = 'PlantedPassphraseNumbat';

const holds = (bytes: Buffer, words: readonly (string | Buffer)[]): boolean =>
  words.some((word) => bytes.includes(word));
const leaks = (files: Record<string, Buffer>, words: readonly (string | Buffer)[]): string[] =>
  Object.entries(files).filter(([, bytes]) => holds(bytes, words)).map(([name]) => name); // prettier-ignore

/** Every regular file a process has open, also deleted ones, as SQLite's temporary files are. */
function openFiles(pid: number): Record<string, Buffer> {
  const folder = `/proc/${pid}/fd`;
  const found: Record<string, Buffer> = {};
  for (const name of readdirSync(folder)) {
    try {
      if (statSync(join(folder, name)).isFile())
        found[readlinkSync(join(folder, name))] = readFileSync(join(folder, name));
    } catch {
      // Closed meanwhile.
    }
  }
  return found;
}

/** Files in the folders SQLite may use for sorts that spill. */
function temporaryFiles(): Record<string, Buffer> {
  const folders = ['/var/tmp', '/usr/tmp', tmpdir()];
  const found: Record<string, Buffer> = {};
  for (const folder of folders) {
    for (const name of readdirIfThere(folder))
      if (name.startsWith('etilqs_')) found[name] = readFileSync(join(folder, name));
  }
  return found;
}

function readdirIfThere(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

describe('what lies on the disk', () => {
  it('shows no planted word, in the database, its WAL, open files and temporary folders, during and after large sorts', async () => {
    const at = profile();
    const vault = at.next();
    await vault.create({ keySource: 'keychain' });
    await vault.database.call('notes.fill', { rows: 250_000, text: planted });
    const seen = new Set<string>();
    const look = (): void => {
      for (const name of [
        ...leaks(openFiles(process.pid), [planted]),
        ...leaks(temporaryFiles(), [planted]),
        ...leaks(at.files(), [planted]),
      ])
        seen.add(name);
    };
    // 110 MB to sort, more than the page cache: without `temp_store = MEMORY` this spills, and fails here.
    const sorting = vault.database.call('notes.sort', null);
    const watching = setInterval(look, 15);
    await sorting;
    clearInterval(watching);
    look();
    expect(at.files()['vault.db-wal']!.length).toBeGreaterThan(5_000_000);
    await vault.lock();
    look();
    expect([...seen]).toEqual([]);
    // The scan itself works: the word is found where it is in the clear.
    expect(leaks({ here: readFileSync(import.meta.filename) }, [planted])).toEqual(['here']);
  });

  it('shows nothing after kill -9 in the middle of writing', async () => {
    const at = profile();
    const vault = createVault<NotesTable>({
      profile: at.profile,
      keychain: createFileKeychain(`${at.profile}.keychain`),
      workerPath: notesWorker,
    });
    await vault.create({ keySource: 'keychain' });
    await vault.lock();
    const writer = drive(['write', at.profile]);
    running.push(writer);
    await writer.said(50);
    writer.child.kill('SIGKILL');
    await writer.ended;
    expect(at.files()['vault.db-wal']!.length).toBeGreaterThan(0);
    expect(leaks(at.files(), ['row y', 'yyyyyyyy'])).toEqual([]);
  });

  it('never holds the root key, the passphrase or a database key, in any spelling', async () => {
    const at = profile();
    const vault = at.next({ keychain: null });
    await vault.create({ keySource: 'passphrase', passphrase });
    const keys = (
      ['vault-database', 'audit-database', 'audit-hmac', 'audit-signing', 'wrapping', 'model-signing'] as const
    ).map((purpose) => vault.derive(purpose));
    const spellings = keys.flatMap((key) => [key, key.toString('hex'), key.toString('base64').slice(0, 42)]);
    expect(leaks(at.files(), [passphrase, ...spellings])).toEqual([]);
    await vault.lock();
    expect(leaks(at.files(), [passphrase, ...spellings])).toEqual([]);
  });

  it('hides the sizes and order of nothing that SQLite would show: no header, no table names, bytes like noise', async () => {
    const at = profile();
    const vault = at.next();
    await vault.create({ keySource: 'keychain' });
    await vault.database.call('notes.fill', { rows: 2000, text: planted });
    await vault.lock();
    const bytes = at.files()['vault.db']!;
    expect(leaks(at.files(), ['SQLite format', 'schema_migrations', 'notes', 'CREATE TABLE'])).toEqual([]);
    expect(entropy(bytes)).toBeGreaterThan(7.99);
  });
});

/** Shannon entropy in bits a byte; 8 is noise. */
function entropy(bytes: Buffer): number {
  const counts = new Array<number>(256).fill(0);
  for (const byte of bytes) counts[byte]! += 1;
  return -counts.reduce(
    (sum, count) => (count === 0 ? sum : sum + (count / bytes.length) * Math.log2(count / bytes.length)),
    0,
  );
}

describe('what other programs see of a running Cloister', () => {
  it('is no key in its arguments or its environment', async () => {
    const at = profile();
    const keychain = createFileKeychain(`${at.profile}.keychain`);
    const vault = createVault<NotesTable>({ profile: at.profile, keychain, workerPath: notesWorker });
    await vault.create({ keySource: 'keychain' });
    const secrets = Object.values(JSON.parse(readFileSync(`${at.profile}.keychain`, 'utf8')) as Record<string, string>);
    await vault.lock();
    const writer = drive(['write', at.profile]);
    running.push(writer);
    await writer.said(1);
    const own = ['cmdline', 'environ'].map((name) => readFileSync(`/proc/${writer.child.pid}/${name}`));
    for (const bytes of own) expect(holds(bytes, secrets)).toBe(false);
    expect(own[0]!.includes(here('driver.ts'))).toBe(true);
  });
});

describe('a temporary vault', () => {
  it('killed with -9 leaves nothing that can be read or opened', async () => {
    const at = profile();
    const child = spawn(process.execPath, ['--input-type=module', '-e', `
      const { createVault } = await import(${JSON.stringify(join(import.meta.dirname, '../../../electron/vault/index.ts'))});
      const vault = createVault({ profile: ${JSON.stringify(at.profile)}, keychain: null, workerPath: ${JSON.stringify(notesWorker)} });
      await vault.create({ keySource: 'memory' });
      await vault.database.call('notes.fill', { rows: 2000, text: ${JSON.stringify(planted)} });
      process.stdout.write('ready');
      setInterval(() => undefined, 1000);
    `], { stdio: ['ignore', 'pipe', 'inherit'] }); // prettier-ignore
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const left = readFiles(at.profile);
    expect(left['vault.db-wal']!.length).toBeGreaterThan(100_000);
    expect(leaks(left, [planted])).toEqual([]);
    // The header holds no wrapped key at all: there is nothing to attack.
    expect(JSON.parse(left['vault.json']!.toString())).toMatchObject({ slots: [{ kind: 'memory' }] });
    expect(Object.keys((JSON.parse(left['vault.json']!.toString()) as { slots: object[] }).slots[0]!)).toEqual([
      'kind',
    ]);
    await expect(at.next().unlock('anything')).rejects.toThrow(expect.objectContaining({ code: 'vault_absent' }));
  });
});

describe('a header somebody edited', () => {
  it.each([
    ['fewer rounds of scrypt', { N: 2 }],
    ['as much memory as there is', { N: 2 ** 40 }],
  ])('(%s) is refused before the passphrase is used, checksum or not', async (_, changes) => {
    const at = profile();
    const vault = at.next({ keychain: null });
    await vault.create({ keySource: 'passphrase', passphrase });
    await vault.lock();
    const { parseHeader, serializeHeader } = await import('../../../electron/vault/header/format.ts');
    const { writeFileSync } = await import('node:fs');
    const reading = parseHeader(at.files()['vault.json']!.toString());
    if (reading.kind !== 'header') throw new Error('no header');
    const slots = reading.header.slots.map((slot) =>
      slot.kind === 'passphrase' ? { ...slot, kdf: { ...slot.kdf, ...changes } } : slot,
    );
    writeFileSync(at.path('vault.json'), serializeHeader({ ...reading.header, slots }));
    const started = performance.now();
    await expect(vault.unlock(passphrase)).rejects.toThrow(expect.objectContaining({ code: 'vault_damaged' }));
    expect(performance.now() - started).toBeLessThan(100);
    expect((await vault.status()).state).toBe('damaged');
  });

  it('(the id of another vault) does not open, although the passphrase is right', async () => {
    const at = profile();
    const vault = at.next({ keychain: null });
    await vault.create({ keySource: 'passphrase', passphrase });
    await vault.lock();
    const { parseHeader, serializeHeader } = await import('../../../electron/vault/header/format.ts');
    const { writeFileSync } = await import('node:fs');
    const reading = parseHeader(at.files()['vault.json']!.toString());
    if (reading.kind !== 'header') throw new Error('no header');
    writeFileSync(
      at.path('vault.json'),
      serializeHeader({ ...reading.header, vaultId: '12bf87d8-1fc4-439b-af8b-0ea0ef8fc5f4' }),
    );
    await expect(vault.unlock(passphrase)).rejects.toThrow(expect.objectContaining({ code: 'wrong_passphrase' }));
  });
});
