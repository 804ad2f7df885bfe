import { CloisterError } from '../../../shared/errors.ts';
import type { Policy } from '../../policy/index.ts';
import type { ModelName } from '../names.ts';
import { parseRegistry, registryOf, type RegistryAddress } from '../registry/address.ts';

const forbidden = (message: string): CloisterError => new CloisterError('forbidden', message);

/** The registry of a download and the hosts it may reach, redirects included; throws when policy does not allow it. */
export function allowed(
  name: ModelName,
  from: string | undefined,
  policy: Pick<Policy, 'value'>,
): { readonly address: RegistryAddress; readonly hosts: readonly string[] } {
  if (!policy.value('models.allowPull')) throw forbidden('Your administrator does not allow model downloads.');
  const hosts = policy.value('models.registryHosts');
  const address = from === undefined ? registryOf(name) : parseRegistry(from);
  if (hosts.includes(address.host)) return { address, hosts };
  if (from !== undefined && policy.value('models.allowOtherRegistries')) return { address, hosts: [address.host] };
  throw forbidden(`Downloads from ${address.host} are not allowed.`);
}
