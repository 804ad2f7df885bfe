import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DocumentsOperations } from '../../../electron/documents/database.ts';
import { createVault } from '../../../electron/vault/index.ts';
import type { Vault } from '../../../electron/vault/types.ts';
import { createFileKeychain } from '../vault/file-keychain.ts';
import { buildParser } from '../../fixtures/documents/parse.ts';
import { workerPath } from './support/library.ts';

const driver = join(import.meta.dirname, 'support/ingest-driver.ts');

/** 50 with CLOISTER_LONG=1. */
const rounds = process.env['CLOISTER_LONG'] === '1' ? 50 : 6;

interface Said {
  readonly path?: string;
  readonly status?: string;
  readonly done?: boolean;
}

interface Ingested {
  /** Until it was done or killed. */
  readonly said: readonly Said[];
  /** Milliseconds since it had begun. */
  readonly took: number;
}

/** Runs until done, or until it is killed so many milliseconds after it has begun. */
async function ingest(root: string, folder: string, killAfter: number | null): Promise<Ingested> {
  const child = spawn(process.execPath, [driver, root, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said: Said[] = [];
  let begun = 0;
  const reading = createInterface({ input: child.stdout });
  reading.on('line', (line) => {
    if (said.length === 0) begun = performance.now();
    if (said.length === 0 && killAfter !== null) setTimeout(() => child.kill('SIGKILL'), killAfter);
    said.push(JSON.parse(line) as Said);
  });
  await Promise.all([once(child, 'close'), once(reading, 'close')]);
  return { said, took: performance.now() - begun };
}

interface Shelf {
  readonly root: string;
  readonly folder: string;
  readonly write: (name: string, version: number) => string;
}

function newShelf(): Shelf {
  const root = mkdtempSync(join(tmpdir(), 'cloister-kill-'));
  const folder = join(root, 'files');
  mkdirSync(folder);
  const write = (name: string, version: number): string => {
    const path = join(folder, name);
    const lines = Array.from(
      { length: 40 },
      (_unused, at) => `Line ${at} of ${name} says version${version} and something about gravel, sand and clay.`,
    );
    writeFileSync(path, lines.join('\n\n'));
    return path;
  };
  return { root, folder, write };
}

/** What must hold after any crash: each document whole, in one version, in both indexes, and nothing besides. */
async function check(
  vault: Vault<DocumentsOperations>,
  versions: ReadonlyMap<string, readonly number[]>,
): Promise<Map<string, number>> {
  expect((await vault.check()).flatMap((report) => report.problems)).toEqual([]);
  const collection = (await vault.database.call('documents.collections', {})).find((one) => one.name === 'papers');
  const found = new Map<string, number>();
  if (collection === undefined) return found;
  const ledger = await vault.database.call('documents.ledger', { collectionId: collection.id });
  for (const entry of ledger) {
    expect(entry.status).toBe('indexed');
    const { text } = await vault.database.call('documents.page', { documentId: entry.documentId ?? '', page: 1 });
    const told = new Set(text.match(/version\d+/gu));
    expect([...told]).toHaveLength(1);
    const version = Number([...told][0]?.slice('version'.length));
    expect(versions.get(entry.path)).toContain(version);
    found.set(entry.path, version);
    expect(entry.chunks).toBeGreaterThan(1);
  }
  const chunks = ledger.reduce((sum, entry) => sum + entry.chunks, 0);
  const { hits } = await vault.database.call('documents.search', {
    collectionIds: [collection.id],
    texts: ['gravel'],
    vectors: [],
    digest: null,
    k: 1,
    mode: 'keyword',
  });
  expect(hits.length).toBe(chunks === 0 ? 0 : 1);
  expect(collection.chunks).toBe(chunks);
  return found;
}

describe('kill -9 while files are taken in', () => {
  beforeAll(buildParser);

  it(
    `loses nothing that was said to be there, ${rounds} times at a random moment`,
    { timeout: 20 * 60_000 },
    async () => {
      const shelf = newShelf();
      const vaultAt = () =>
        createVault<DocumentsOperations>({
          profile: join(shelf.root, 'profile'),
          keychain: createFileKeychain(join(shelf.root, 'keychain.json')),
          workerPath,
        });
      const first = vaultAt();
      await first.create({ keySource: 'keychain' });
      await first.lock();
      const versions = new Map<string, number[]>();
      let before = new Map<string, number>();
      let cutOff = 0;
      // Of the last run that came to its end: a kill falls anywhere into one, however fast it is.
      let whole = 1500;
      for (let round = 1; round <= rounds; round += 1) {
        for (let file = 0; file < 5; file += 1) {
          const name = `paper-${(round * 3 + file) % 12}.txt`;
          const path = shelf.write(name, round);
          versions.set(path, [...(versions.get(path) ?? []), round]);
        }
        const { said, took } = await ingest(shelf.root, shelf.folder, Math.random() * whole);
        if (said.some((line) => line.done === true)) whole = took;
        else cutOff += 1;
        const vault = vaultAt();
        await vault.unlock();
        const after = await check(vault, versions);
        for (const [path, version] of before) expect(after.get(path)).toBeGreaterThanOrEqual(version);
        for (const { path, status } of said) {
          if (path !== undefined && status !== 'failed') expect(after.get(path)).toBe(versions.get(path)?.at(-1));
        }
        before = after;
        await vault.lock();
      }
      expect(cutOff).toBeGreaterThan(0);
      expect((await ingest(shelf.root, shelf.folder, null)).said.at(-1)).toEqual({ done: true });
      const vault = vaultAt();
      await vault.unlock();
      const found = await check(vault, versions);
      expect([...found].every(([path, version]) => versions.get(path)?.at(-1) === version)).toBe(true);
      expect(found.size).toBe(versions.size);
      const [collection] = await vault.database.call('documents.collections', {});
      expect(collection?.embedded).toBe(collection?.chunks);
      expect(await vault.database.call('documents.unfinishedRuns', {})).toEqual([]);
      await vault.lock();
      rmSync(shelf.root, { recursive: true, force: true });
    },
  );
});
