import type { Handlers } from '../dispatch.ts';
import type { HandlerDeps } from './deps.ts';

type Methods = 'vault.status' | 'vault.create' | 'vault.unlock' | 'vault.lock';

export function vaultHandlers({ application, rooms }: HandlerDeps): Pick<Handlers, Methods> {
  return {
    'vault.status': async () => (await application.status()).vault,
    'vault.create': async (input) => {
      await application.create(input);
      return rooms.vault.status();
    },
    'vault.unlock': async ({ passphrase }) => {
      await application.unlock(passphrase);
      return rooms.vault.status();
    },
    'vault.lock': async () => {
      await application.lock();
      return rooms.vault.status();
    },
  };
}
