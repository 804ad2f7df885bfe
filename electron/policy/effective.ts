import {
  policyFile,
  policyKeys,
  policyRegistry,
  type PolicyEntry,
  type PolicyKey,
  type PolicyValues,
} from '../../shared/policy/registry.ts';
import type { PolicyFile } from './read-file.ts';
import type { Policy, PolicySource, PolicyState } from './types.ts';

interface Decided {
  readonly state: Omit<PolicyState, 'path'>;
  readonly given: Partial<PolicyValues>;
}

const refusedFor = (reason: string): Decided => ({ state: { file: 'refused', reason }, given: {} });

function parse(text: string): Decided {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return refusedFor('The policy file is not JSON.');
  }
  const parsed = policyFile.safeParse(json);
  if (parsed.success) {
    return { state: { file: 'read', reason: null }, given: parsed.data.policy };
  }
  const where = parsed.error.issues[0];
  return refusedFor(`The policy file is not valid: ${[...(where?.path ?? []), where?.message].join(': ')}.`);
}

function decide(file: PolicyFile): Decided {
  if (file.kind === 'absent') return { state: { file: 'absent', reason: null }, given: {} };
  return file.kind === 'refused' ? refusedFor(file.reason) : parse(file.text);
}

/** The values in force: the file's where it names them, else the usual ones; the strictest of all when the file is refused. */
export function effectivePolicy(path: string, file: PolicyFile): Policy {
  const { state, given } = decide(file);
  const source = (key: PolicyKey): PolicySource => {
    if (state.file === 'refused') return 'strictest';
    return given[key] === undefined ? 'usual' : 'policy';
  };
  const value = <Key extends PolicyKey>(key: Key): PolicyValues[Key] => {
    const entry = policyRegistry[key] as unknown as PolicyEntry<PolicyValues[Key]>;
    if (state.file === 'refused') return entry.strictest;
    const named = given[key] as PolicyValues[Key] | undefined;
    return named === undefined ? entry.usual : named;
  };
  return {
    path,
    ...state,
    value,
    source,
    effective: () => policyKeys.map((key) => ({ key, value: value(key), source: source(key) })),
  };
}
