/**
 * The child process that holds keytar. A keychain that hangs blocks a thread of Node's pool for ever, four of them all
 * file access, and the exit waits for them; a child can be ended. Requests and answers are lines of JSON on its pipes.
 */
import { createInterface } from 'node:readline';
import type * as keytarModule from 'keytar';
import type { HelperAnswer, HelperRequest } from './protocol.ts';

type Keytar = Pick<typeof keytarModule, 'getPassword' | 'setPassword' | 'deletePassword'>;

async function perform(keytar: Keytar, request: HelperRequest): Promise<string | null> {
  const { service, account } = request;
  if (request.op === 'get') return keytar.getPassword(service, account);
  if (request.op === 'set') await keytar.setPassword(service, account, request.secret);
  else await keytar.deletePassword(service, account);
  return null;
}

async function answer(line: string): Promise<void> {
  const request = JSON.parse(line) as HelperRequest;
  let reply: HelperAnswer;
  try {
    const keytar = (await import('keytar')).default;
    reply = { id: request.id, ok: true, value: await perform(keytar, request) };
  } catch (thrown) {
    reply = { id: request.id, ok: false, message: thrown instanceof Error ? thrown.message : 'unknown failure' };
  }
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}

const requests = createInterface({ input: process.stdin });
requests.on('line', (line) => void answer(line));
// Cloister has ended. An ordinary exit would wait for a keychain that hangs, and leave this process behind.
requests.on('close', () => process.kill(process.pid, 'SIGKILL'));
