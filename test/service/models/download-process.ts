/** `node download-process.ts PROFILE URL`: brings `big` and prints how far it is; then the model or the error as JSON. */
import { downloadsIn, pullIn } from './downloads-support.ts';

const [profile = '', from = ''] = process.argv.slice(2);
const downloads = downloadsIn(profile);
downloads.onChange(({ done }) => process.stdout.write(`${done}\n`));
const { outcome } = await pullIn(downloads, 'big', from);
const told = 'code' in outcome ? { code: outcome.code, message: outcome.message } : outcome;
process.stdout.write(`${JSON.stringify(told)}\n`);
await downloads.close();
process.exit(0);
