import type { PolicyKey, PolicyValue, PolicyValues } from '../../shared/policy/registry.ts';

/** `usual`: nobody set it. `policy`: the administrator's file. `strictest`: there is a file and it cannot be trusted. */
export type PolicySource = 'usual' | 'policy' | 'strictest';

export interface PolicyState {
  readonly path: string;
  readonly file: 'absent' | 'read' | 'refused';
  /** Why the file was refused, for doctor; a sentence. */
  readonly reason: string | null;
}

/** The policy in force. Read once at start; an administrator's change holds from the next start. */
export interface Policy extends PolicyState {
  value<Key extends PolicyKey>(key: Key): PolicyValue<Key>;
  source(key: PolicyKey): PolicySource;
  /** For `policy show`: every value with its source. */
  effective(): readonly {
    readonly key: PolicyKey;
    readonly value: PolicyValues[PolicyKey];
    readonly source: PolicySource;
  }[];
}
