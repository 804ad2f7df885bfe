import { isIP } from 'node:net';

export type Refusal =
  | 'malformed'
  | 'scheme'
  | 'credentials'
  | 'plain_http'
  | 'private_address'
  | 'not_listed'
  | 'downgrade'
  | 'to_loopback';

const loopback = new Set(['127.0.0.1', '[::1]', 'localhost']);
const usualPort = { 'https:': '443', 'http:': '80' } as const;

/** Private, link-local and other addresses that are no public host. Source: IANA special-purpose address registries. */
function isPrivateAddress(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  if (isIP(bare) === 6) return /^(?:::|f[cd]|fe[89ab]|::ffff:)/i.test(bare);
  if (isIP(bare) !== 4) return false;
  const [first = 0, second = 0] = bare.split('.').map(Number);
  if (first === 0 || first === 10 || first === 127 || first >= 224) return true;
  if (first === 172) return second >= 16 && second <= 31;
  if (first === 192) return second === 168 || second === 0;
  if (first === 169) return second === 254;
  return first === 100 && second >= 64 && second <= 127;
}

/** `host` or `host:port`, lower case, without the port that the scheme implies. */
const listed = (url: URL, hosts: readonly string[]): boolean => {
  const implied = usualPort[url.protocol as 'https:' | 'http:'];
  const port = url.port === '' ? implied : url.port;
  return hosts.some((entry) => {
    const host = entry.toLowerCase();
    return host === `${url.hostname}:${port}` || (port === implied && host === url.hostname);
  });
};

/**
 * May this address be reached under this allow-list? `null`: yes. The parser of the platform decides what the host is, so
 * that `0x7f.1`, `①②⑦.0.0.1` and friends are seen as what they mean.
 */
export function refusalOf(address: string, hosts: readonly string[]): Refusal | null {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null) return 'malformed';
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'scheme';
  if (url.username !== '' || url.password !== '') return 'credentials';
  if (url.protocol === 'http:' && !loopback.has(url.hostname)) return 'plain_http';
  if (!listed(url, hosts)) return isPrivateAddress(url.hostname) ? 'private_address' : 'not_listed';
  return null;
}

/**
 * May a redirect lead from one listed address to the other? Never from TLS to plain HTTP, and never from elsewhere to this
 * computer, also where both are listed.
 */
export function redirectRefusal(from: string, to: string): Refusal | null {
  const [left, right] = [URL.parse(from), URL.parse(to)];
  if (left === null || right === null) return 'malformed';
  if (left.protocol === 'https:' && right.protocol === 'http:') return 'downgrade';
  return loopback.has(right.hostname) && !loopback.has(left.hostname) ? 'to_loopback' : null;
}
