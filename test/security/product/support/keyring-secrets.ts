/** Prints what the session's keyring holds of Cloister, as another program of the same user sees it. */
import keytar from 'keytar';
import { keychainService } from '../../../../electron/vault/index.ts';

process.stdout.write(JSON.stringify(await keytar.findCredentials(keychainService)));
