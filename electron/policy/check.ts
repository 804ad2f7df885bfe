import { counted } from '../../shared/counted.ts';
import type { Check } from '../../shared/contract/types.ts';
import type { Policy } from './types.ts';

/** The policy's line in doctor. */
export function policyCheck(policy: Policy): Check {
  if (policy.file === 'refused') {
    return {
      id: 'policy',
      status: 'fail',
      summary: `${policy.reason ?? 'The policy file cannot be trusted.'} The strictest values hold.`,
      fix: `Ask your administrator to repair ${policy.path}, then start Cloister again.`,
    };
  }
  const set = policy.effective().filter((entry) => entry.source === 'policy').length;
  const summary =
    policy.file === 'absent' ? 'No policy is set on this computer.' : `${policy.path} sets ${counted(set, 'value')}.`;
  return { id: 'policy', status: 'ok', summary };
}
