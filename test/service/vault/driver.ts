/** Runs one part of the vault in a process of its own, so that a test can kill it: `node driver.ts <what> <argument…>`. */
import { createSystemKeychain, createVault, acquireProfileLock } from '../../../electron/vault/index.ts';
import type { Keychain } from '../../../electron/vault/types.ts';
import { createFileKeychain } from './file-keychain.ts';
import type { NotesTable } from './notes-room.ts';
import { here } from './paths.ts';

const [what, profile = '', extra = ''] = process.argv.slice(2);
const say = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
const die = (): never => {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('not reached');
};

/** Dies while the key is being kept, before or after it is. */
function mortal(keychain: Keychain, moment: string): Keychain {
  const set = async (account: string, secret: string): Promise<void> => {
    if (moment === 'before the key is kept') die();
    await keychain.set(account, secret);
    if (moment === 'after the key is kept') die();
  };
  return { ...keychain, set };
}

const vaultAt = (moment = '') =>
  createVault<NotesTable>({
    profile,
    keychain: mortal(createFileKeychain(`${profile}.keychain`), moment),
    workerPath: here(moment === 'while the databases are made' ? 'dying-worker.ts' : 'notes-worker.ts'),
  });

const parts: Record<string, () => Promise<void>> = {
  async hold() {
    await acquireProfileLock(profile);
    say('held');
    setInterval(() => undefined, 1000);
  },
  async create() {
    await vaultAt(extra).create({ keySource: 'keychain' });
    say('created');
    process.exit(0);
  },
  /** Says each row's number once its commit has been answered. */
  async write() {
    const vault = vaultAt();
    await vault.unlock();
    for (;;) say(await vault.database.call('notes.add', { text: `row ${'y'.repeat(500)}` }));
  },
  async keychain() {
    const keychain = createSystemKeychain({ limit: Number(extra) });
    const started = performance.now();
    const probed = await keychain.probe();
    const got = await keychain
      .get('missing')
      .catch((thrown: unknown) => ({ thrown: (thrown as { code: string }).code }));
    say({ probed, got, ms: performance.now() - started });
  },
  async fill() {
    const vault = createVault<NotesTable>({ profile, keychain: null, workerPath: here('notes-worker.ts') });
    await vault.create({ keySource: 'memory' });
    say('created');
    let kept = 0;
    try {
      for (;;) {
        await vault.database.call('notes.fill', { rows: 200, text: 'fill' });
        kept += 200;
      }
    } catch (thrown) {
      const { code, message } = thrown as { code: string; message: string };
      say({ code, message, kept, there: await vault.database.call('notes.count', null) });
    }
    await vault.lock();
    process.exit(0);
  },
};

await parts[what ?? '']?.();
