/** Takes a folder in, in a process of its own that a test can kill: `node ingest-driver.ts <profile root> <folder>`. */
import { join } from 'node:path';
import type { DocumentsOperations } from '../../../../electron/documents/database.ts';
import { createDocuments } from '../../../../electron/documents/index.ts';
import { createParser } from '../../../../electron/documents/parse/index.ts';
import { createVault } from '../../../../electron/vault/index.ts';
import { createFileKeychain } from '../../vault/file-keychain.ts';
import { createTestEmbedder } from './embedder.ts';

const [root = '', folder = ''] = process.argv.slice(2);
const vault = createVault<DocumentsOperations>({
  profile: join(root, 'profile'),
  keychain: createFileKeychain(join(root, 'keychain.json')),
  workerPath: join(import.meta.dirname, 'worker.ts'),
});
await vault.unlock();
const parser = createParser({ entry: join(import.meta.dirname, '../../../../dist/parser.js'), node: process.execPath });
const documents = createDocuments({
  database: vault.database,
  parser,
  embedder: createTestEmbedder(),
  clock: () => new Date(),
});
const collection = (await documents.collectionByName('papers')) ?? (await documents.createCollection('papers'));
const say = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
say({ unlocked: true });
await documents.ingest(collection.id, [folder], { onResult: ({ path, status }) => say({ path, status }) });
await documents.embedPending({});
say({ done: true });
await parser.dispose();
await vault.lock();
process.exit(0);
