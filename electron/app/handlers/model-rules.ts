import type { ModelRules } from '../../../shared/contract/types.ts';
import type { PolicyKey, PolicyValue } from '../../../shared/policy/registry.ts';
import type { Policy } from '../../policy/index.ts';
import type { Models } from '../../models/types.ts';

/** What the organisation decided about models, and who decided it: the page says it before anybody tries. */
export async function modelRules(
  policy: Pick<Policy, 'value' | 'source'>,
  { publishers }: Pick<Models, 'publishers'>,
): Promise<ModelRules> {
  const rule = <Key extends PolicyKey>(
    key: Key,
  ): { value: PolicyValue<Key>; source: ReturnType<Policy['source']> } => ({
    value: policy.value(key),
    source: policy.source(key),
  });
  return {
    allowPull: rule('models.allowPull'),
    allowOtherRegistries: rule('models.allowOtherRegistries'),
    evaluation: rule('models.evaluation'),
    approval: rule('models.approval'),
    verification: rule('models.verification'),
    allowProcessor: rule('models.allowProcessor'),
    allowSplit: rule('models.allowSplit'),
    longestContext: rule('models.longestContext'),
    publishers: await publishers.rules(),
  };
}
