/** What every keychain must do; also run as a program inside a keyring session, where it prints what it saw. */
import { createSystemKeychain } from '../../../electron/vault/index.ts';
import type { Keychain } from '../../../electron/vault/types.ts';

export async function exercise(keychain: Keychain): Promise<Record<string, unknown>> {
  const { available } = await keychain.probe();
  const missing = await keychain.get('account');
  await keychain.set('account', 'one');
  await keychain.set('another', 'else');
  const first = await keychain.get('account');
  await keychain.set('account', 'two ünïcode\nand a line');
  const replaced = await keychain.get('account');
  await keychain.set('long', 'x'.repeat(2000));
  const long = (await keychain.get('long'))?.length;
  await keychain.delete('account');
  const gone = await keychain.get('account');
  await keychain.delete('account');
  return {
    available,
    missing,
    first,
    replaced,
    long,
    other: await keychain.get('another'),
    gone,
    goneTwice: await keychain.get('account'),
  };
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await exercise(createSystemKeychain()))}\n`);
