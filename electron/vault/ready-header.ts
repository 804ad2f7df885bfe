import { CloisterError } from '../../shared/errors.ts';
import type { Header } from './header/format.ts';
import type { Survey } from './survey.ts';

/** The header of a vault that can be opened, or the error that says why there is none. */
export function readyHeader(found: Survey): Header {
  switch (found.kind) {
    case 'ready':
      return found.header;
    case 'newer':
      throw new CloisterError(
        'vault_newer',
        'A newer Cloister made this vault. Update Cloister to open it. Nothing was changed.',
      );
    case 'damaged':
      throw new CloisterError(
        'vault_damaged',
        `The vault cannot be opened: ${found.reason}. Nothing was changed. Put the file back from a backup.`,
        {
          detail: { reason: found.reason },
        },
      );
    case 'absent':
      throw new CloisterError('vault_absent', 'There is no vault in this profile yet. Create one first.');
    case 'leftover':
      throw new CloisterError(
        'vault_absent',
        'The vault that was here was temporary or never finished, and its key is gone. Create a new one.',
      );
  }
}
