/** Writes entries until it is killed, beside one request that never ends, and says how many were answered: `node writer.ts <profile>`. */
import { writeSync } from 'node:fs';
import { record } from '../../unit/audit/log-in-memory.ts';
import { openAuditVault } from './audit-vault.ts';

const { log } = await openAuditVault(process.argv[2] ?? '', 'unlock');
const begin = (requestId: string): Promise<void> =>
  log.begin({ requestId, kind: 'chat', origin: 'cli', subject: 'someone', session: 'session' });
await begin(`${process.pid}-endless`);
for (let request = 0; ; request++) {
  const requestId = `${process.pid}-${request}`;
  await begin(requestId);
  const entry = await log.append(record({ requestId, kind: 'chat' }));
  // Written at once, so that what was said is never ahead of what was answered.
  writeSync(1, `${entry.index + 1}\n`);
}
