/** A vault in the system keychain, from creation to the loss of its key. Prints what it saw. */
import keytar from 'keytar';
import { createSystemKeychain, createVault, keychainService } from '../../../electron/vault/index.ts';
import type { NotesTable } from './notes-room.ts';
import { notesWorker } from './paths.ts';

const next = () =>
  createVault<NotesTable>({
    profile: process.argv[2] ?? '',
    keychain: createSystemKeychain(),
    workerPath: notesWorker,
  });

const first = next();
await first.create({ keySource: 'keychain' });
await first.database.call('notes.add', { text: 'kept' });
const account = `vault:${first.id ?? ''}:root-key`;
const { keySource, keychain } = await first.status();
await first.lock();

const second = next();
await second.unlock();
const reopened = await second.database.call('notes.list', null);
await second.lock();

// As another program would see it: one entry, nothing of a probe left behind.
const entries = (await keytar.findCredentials(keychainService)).length;
await keytar.deletePassword(keychainService, account);
const third = next();
const afterDeletion = await third.unlock().catch((thrown: unknown) => (thrown as { code: string }).code);
const { state } = await third.status();
process.stdout.write(
  `${JSON.stringify({ source: keySource, backend: keychain.backend, reopened, entries, afterDeletion, state })}\n`,
);
process.exit(0);
