import type { VaultStatus } from '../../../../shared/contract/types.ts';
import { CloisterError } from '../../../../shared/errors.ts';
import type { CommandContext } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';

/** The keychain when asked for or when there is one; else the passphrase file; else refuse. Never without a key. */
function chooseSource(
  status: VaultStatus,
  wantsKeychain: boolean,
  passphrase: string | undefined,
): 'keychain' | 'passphrase' {
  if (wantsKeychain && passphrase !== undefined) {
    throw new CloisterError('bad_request', 'Choose one: --keychain or --passphrase-file.');
  }
  if (passphrase !== undefined) return 'passphrase';
  if (status.keychain.available) return 'keychain';
  const reason = status.keychain.reason ?? 'no system keychain was found';
  if (wantsKeychain) throw new CloisterError('keychain_missing', `The system keychain cannot be used: ${reason}`);
  throw new CloisterError(
    'no_key_source',
    `The system keychain cannot be used (${reason}) and no passphrase was given. Run: cloister init --passphrase-file FILE`,
  );
}

export async function init(context: CommandContext, options: { keychain?: boolean }): Promise<ExitCode> {
  const application = await context.application();
  const passphrase = await context.passphrase();
  const keySource = chooseSource(await application.rooms.vault.status(), options.keychain === true, passphrase);
  await application.create({ keySource, passphrase });
  context.output.result({ profile: context.profile, keySource }, () =>
    keySource === 'keychain'
      ? `Your vault is ready. Its key is in the system keychain.\n  ${context.profile}`
      : `${context.output.prose('Your vault is ready. Only your passphrase opens it; nobody can recover it for you.')}\n  ${context.profile}`,
  );
  return 0;
}

export async function vaultStatus(context: CommandContext): Promise<ExitCode> {
  const status = await (await context.application()).rooms.vault.status();
  context.output.result(
    status,
    () => `Vault: ${status.state}${status.keySource === null ? '' : `, key from ${status.keySource}`}`,
  );
  return 0;
}
