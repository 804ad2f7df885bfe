import { CloisterError } from '../../../shared/errors.ts';
import type { ModelName } from '../names.ts';

export interface RegistryAddress {
  /** `https://host[:port]`, without a slash at the end. */
  readonly base: string;
  /** With the port when it is not the usual one. */
  readonly host: string;
}

const loopback = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])$/;

/** Reads `--from`: a host over TLS, or plain HTTP on loopback. No user name, path or query may ride along. */
export function parseRegistry(text: string): RegistryAddress {
  const url = URL.parse(text);
  const secure = url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback.test(url.hostname));
  const bare = url !== null && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (url === null || !secure || !bare || url.pathname !== '/') {
    throw new CloisterError(
      'bad_request',
      'A registry is given as https://host[:port]; plain http only on this computer.',
    );
  }
  return { base: url.origin, host: url.host };
}

/** Where a name comes from when nothing else is said. */
export const registryOf = (name: ModelName): RegistryAddress => parseRegistry(`https://${name.host}`);
