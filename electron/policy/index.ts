import { effectivePolicy } from './effective.ts';
import { readPolicyFile } from './read-file.ts';
import type { Policy } from './types.ts';

export type { Policy, PolicySource } from './types.ts';
export { policyCheck } from './check.ts';

/** Where administrators of Linux and macOS put it. Windows gets its own reader with the managed installs. */
const systemPath = '/etc/cloister/policy.json';
const root = 0;

/** The policy in force. Tests give a path and an owner of their own; nothing in the program does. */
export async function readPolicy({ path = systemPath, owner = root } = {}): Promise<Policy> {
  if (process.platform === 'win32') return effectivePolicy(path, { kind: 'absent' });
  return effectivePolicy(path, await readPolicyFile(path, owner));
}
