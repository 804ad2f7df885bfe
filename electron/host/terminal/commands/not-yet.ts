import { CloisterError } from '../../../../shared/errors.ts';

/** Commands of the contract that have no body yet say so and exit 3; nothing pretends. */
export const notYet = [
  'audit export',
  'audit checkpoint',
  'audit erase',
  'guard scan',
  'redteam run',
  'policy show',
  'policy validate',
  'policy templates',
  'backup create',
  'backup restore',
  'vault lock',
  'vault rekey',
  'metrics',
] as const;

export function answerNotYet(command: string): never {
  throw new CloisterError('not_available', `“cloister ${command}” is not available yet.`);
}
