import { describe, expect, it } from 'vitest';
import { redirectRefusal, refusalOf, type Refusal } from '../../../electron/egress/allow-list.ts';

const hosts = ['registry.example', 'blobs.example:8443', '127.0.0.1:5055', '[::1]:5055', '10.0.0.7:443', 'localhost:9'];

describe('an address', () => {
  it.each<string>([
    'https://registry.example/v2/',
    'https://registry.example:443/v2/',
    'https://REGISTRY.EXAMPLE/v2/',
    'https://blobs.example:8443/x?y=z',
    'http://127.0.0.1:5055/v2/',
    'http://[::1]:5055/v2/',
    'http://localhost:9/',
    // A private address is reached where the list names it, and by TLS.
    'https://10.0.0.7/',
    // The platform reads these as the listed addresses.
    'http://0x7f.1:5055/',
    'http://2130706433:5055/',
    'https://registry。example/',
  ])('%s is allowed', (address) => {
    expect(refusalOf(address, hosts)).toBeNull();
  });

  it.each<[string, Refusal]>([
    ['https://other.example/', 'not_listed'],
    ['https://registry.example:8443/', 'not_listed'],
    ['https://blobs.example/', 'not_listed'],
    ['https://registry.example.evil.example/', 'not_listed'],
    ['https://evil-registry.example/', 'not_listed'],
    ['https://sub.registry.example/', 'not_listed'],
    ['https://registry.example./', 'not_listed'],
    ['https://xn--registry-example/', 'not_listed'],
    ['https://evil.example/registry.example', 'not_listed'],
    ['https://evil.example#@registry.example/', 'not_listed'],
    ['https://evil.example\\@registry.example/', 'not_listed'],
    ['https://registry.example@evil.example/', 'credentials'],
    ['https://user:secret@registry.example/', 'credentials'],
    ['https://user@registry.example/', 'credentials'],
    ['http://registry.example/', 'plain_http'],
    ['http://registry.example:443/', 'plain_http'],
    ['http://10.0.0.7:443/', 'plain_http'],
    ['http://127.0.0.2:5055/', 'plain_http'],
    ['http://localhost.evil.example:9/', 'plain_http'],
    ['http://127.0.0.1:11434/api/tags', 'private_address'],
    ['https://192.168.1.1/', 'private_address'],
    ['https://172.16.0.1/', 'private_address'],
    ['https://172.31.255.255/', 'private_address'],
    ['https://169.254.169.254/latest/meta-data', 'private_address'],
    ['https://100.64.0.1/', 'private_address'],
    ['https://0.0.0.0/', 'private_address'],
    ['https://0/', 'private_address'],
    ['https://0x7f.1/', 'private_address'],
    ['https://①②⑦.0.0.1/', 'private_address'],
    ['https://[::]/', 'private_address'],
    ['https://[::1]/', 'private_address'],
    ['https://[::ffff:10.0.0.1]/', 'private_address'],
    ['https://[fd00::1]/', 'private_address'],
    ['https://[fe80::1]/', 'private_address'],
    ['https://172.32.0.1/', 'not_listed'],
    ['file:///etc/passwd', 'scheme'],
    ['ftp://registry.example/', 'scheme'],
    ['data:text/plain,x', 'scheme'],
    ['ws://127.0.0.1:5055/', 'scheme'],
    ['registry.example', 'malformed'],
    ['//registry.example/', 'malformed'],
    ['https://', 'malformed'],
    ['', 'malformed'],
  ])('%s is refused: %s', (address, reason) => {
    expect(refusalOf(address, hosts)).toBe(reason);
  });

  it('is refused by an empty list, and never matched by a wildcard', () => {
    expect(refusalOf('https://registry.example/', [])).toBe('not_listed');
    expect(refusalOf('https://registry.example/', ['*', '*.example', 'https://registry.example', ''])).toBe(
      'not_listed',
    );
  });
});

describe('a redirect between listed addresses', () => {
  it.each<[string, string, Refusal | null]>([
    ['https://registry.example/', 'https://blobs.example:8443/x', null],
    ['http://127.0.0.1:5055/', 'http://127.0.0.1:5055/x', null],
    ['http://127.0.0.1:5055/', 'http://localhost:9/x', null],
    ['http://127.0.0.1:5055/', 'https://registry.example/x', null],
    ['https://localhost:9/', 'http://localhost:9/x', 'downgrade'],
    ['https://registry.example/', 'http://127.0.0.1:5055/x', 'downgrade'],
    ['https://registry.example/', 'https://localhost:9/x', 'to_loopback'],
    ['https://registry.example/', 'https://0x7f.1/x', 'to_loopback'],
    ['https://registry.example/', 'https://[::1]:5055/x', 'to_loopback'],
    ['https://registry.example/', 'nonsense', 'malformed'],
  ])('from %s to %s: %s', (from, to, refusal) => {
    expect(redirectRefusal(from, to)).toBe(refusal);
  });
});
