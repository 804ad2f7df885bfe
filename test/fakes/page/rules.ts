import type { ModelRules } from '../../../shared/contract/types.ts';
import { hash } from './base.ts';

const usual = <Value>(value: Value): { value: Value; source: 'usual' } => ({ value, source: 'usual' });
const decided = <Value>(value: Value): { value: Value; source: 'policy' } => ({ value, source: 'policy' });

/** As on a personal installation. */
const usualRules: ModelRules = {
  allowPull: usual(true),
  allowOtherRegistries: usual(true),
  evaluation: usual('advised'),
  approval: usual('self'),
  verification: usual('always'),
  allowProcessor: usual(true),
  allowSplit: usual(true),
  longestContext: usual(8192),
  publishers: {
    publishers: [{ name: 'Ollama library', registry: 'registry.ollama.ai/library', key: null, from: 'usual' }],
    list: null,
    locked: false,
    problem: null,
  },
};

/** An organisation that decides which models run. */
const managedRules: ModelRules = {
  ...usualRules,
  allowPull: decided(false),
  allowOtherRegistries: decided(false),
  approval: decided('required'),
  allowSplit: decided(false),
  publishers: {
    publishers: [
      { name: 'Example Labs', registry: 'registry.example.org/labs', key: null, from: 'organisation' },
      { name: 'Example Labs', registry: null, key: hash('labs'), from: 'organisation' },
    ],
    list: {
      from: 'organisation',
      sequence: 7,
      validUntil: '2099-12-31T00:00:00Z',
      key: hash('organisation'),
    },
    locked: true,
    problem: null,
  },
};

const problem = { code: 'older', reason: 'It has the number 6, and number 7 was taken before.' };

export const rulesOf = {
  usual: usualRules,
  managed: managedRules,
  /** Models are tried before anybody approves them. */
  trials: { ...usualRules, evaluation: decided('required') },
  broken: { ...managedRules, publishers: { ...managedRules.publishers, problem } },
} as const satisfies Record<string, ModelRules>;
