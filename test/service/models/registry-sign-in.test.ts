import { createServer as createTlsServer } from 'node:https';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { randomModel, startHostile, type HostileRegistry } from '../../fixtures/hostile-registry.ts';
import { startServer, type RunningServer } from '../egress/servers.ts';
import { downloadsIn, pullIn } from './downloads-support.ts';
import { testProfile, type TestProfile } from './support.ts';

const model = randomModel(20);

let at: TestProfile;
const cleanUp: (() => Promise<void>)[] = [];
beforeEach(() => {
  at = testProfile();
});
afterEach(async () => {
  for (const each of cleanUp.splice(0).reverse()) await each();
  at.remove();
});

interface Protected {
  readonly registry: HostileRegistry;
  readonly tokens: RunningServer;
  /** What came as `authorization`, at the registry. */
  readonly seen: (string | undefined)[];
}

/** A registry that wants a token from another host, as public registries do. */
async function protect(
  token: RequestListener,
  challenge: (realm: string) => string = (realm) => `Bearer realm="${realm}",service="models",scope="repository:*:*"`,
  accepts = 'Bearer good.token',
): Promise<Protected> {
  const seen: (string | undefined)[] = [];
  const tokens = await startServer(token);
  const realm = `http://127.0.0.1:${tokens.port}/token`;
  const answer = (request: IncomingMessage, response: ServerResponse): boolean => {
    seen.push(request.headers.authorization);
    if (request.headers.authorization === accepts) return false;
    response.writeHead(401, { 'www-authenticate': challenge(realm) }).end();
    return true;
  };
  const registry = await startHostile({ 'library/big': model }, { answer });
  cleanUp.push(
    () => registry.stop(),
    () => tokens.close(),
  );
  return { registry, tokens, seen };
}

const give: RequestListener = (_, response) => void response.end(JSON.stringify({ token: 'good.token' }));

const listing = (...hosts: string[]) => ({ policy: { 'models.registryHosts': hosts } });
const tokenHost = (each: Protected): string => `127.0.0.1:${each.tokens.port}`;

describe('a registry that wants a token', () => {
  it('gets the anonymous one, which asks for this one model and for reading alone', async () => {
    const each = await protect(give);
    const made = downloadsIn(at.profile, listing(each.registry.host, tokenHost(each)));
    expect((await pullIn(made, 'big', each.registry.url)).outcome).toMatchObject({ name: 'big:latest' });
    expect(each.tokens.asked).toEqual(['/token?service=models&scope=repository%3Alibrary%2Fbig%3Apull']);
    expect(each.seen[0]).toBeUndefined();
    expect(each.seen.slice(1).every((value) => value === 'Bearer good.token')).toBe(true);
  });

  it('is not followed to a host that is not listed', async () => {
    const each = await protect(give);
    const made = downloadsIn(at.profile, listing(each.registry.host));
    expect((await pullIn(made, 'big', each.registry.url)).outcome).toMatchObject({
      code: 'egress_denied',
      detail: { host: tokenHost(each), reason: 'realm' },
    });
    expect(each.tokens.asked).toEqual([]);
  });

  it.each<[string, RequestListener, string]>([
    ['is refused', (_, response) => void response.writeHead(403).end(), 'forbidden'],
    ['is none', (_, response) => void response.end('{}'), 'forbidden'],
    ['holds a line end', (_, response) => void response.end(JSON.stringify({ token: 'a\r\nx: y' })), 'forbidden'],
    ['never ends', (_, response) => endless(response), 'too_large'],
    ['is not accepted', (_, response) => void response.end(JSON.stringify({ token: 'other' })), 'forbidden'],
  ])('is given up when the token %s', async (_, token, code) => {
    const each = await protect(token);
    const made = downloadsIn(at.profile, listing(each.registry.host, tokenHost(each)));
    expect((await pullIn(made, 'big', each.registry.url)).outcome).toMatchObject({ code });
    expect(existsSync(at.blob(model.weights))).toBe(false);
  });

  it.each(['Basic realm="x"', 'Bearer service="models"', 'Bearer realm="not an address"'])(
    'is given up when it asks by %s',
    async (challenge) => {
      const each = await protect(give, () => challenge);
      const made = downloadsIn(at.profile, listing(each.registry.host, tokenHost(each)));
      expect((await pullIn(made, 'big', each.registry.url)).outcome).toMatchObject({ code: 'forbidden' });
      expect(each.tokens.asked).toEqual([]);
    },
  );

  it('keeps its token: storage that it redirects to does not see it', async () => {
    const seen: (string | undefined)[] = [];
    const bytes = model.blobs.get(model.weights)!;
    const storage = await startServer((request, response) => {
      seen.push(request.headers.authorization);
      const [, start = 0, end = 0] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')?.map(Number) ?? [];
      response.writeHead(206, { 'content-range': `bytes ${start}-${end}/${bytes.length}` });
      response.end(bytes.subarray(start, end + 1));
    });
    const tokens = await startServer(give);
    const registry = await startHostile(
      { 'library/big': model },
      {
        answer: (request, response) => {
          if (request.headers.authorization === undefined) {
            const realm = `http://127.0.0.1:${tokens.port}/`;
            response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}"` }).end();
            return true;
          }
          if (request.url?.endsWith(model.weights) !== true) return false;
          response.writeHead(307, { location: `http://127.0.0.1:${storage.port}/blob` }).end();
          return true;
        },
      },
    );
    cleanUp.push(
      () => registry.stop(),
      () => tokens.close(),
      () => storage.close(),
    );
    const hosts = [registry.host, `127.0.0.1:${tokens.port}`, `127.0.0.1:${storage.port}`];
    const made = downloadsIn(at.profile, listing(...hosts));
    expect((await pullIn(made, 'big', registry.url)).outcome).toMatchObject({ name: 'big:latest' });
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.every((value) => value === undefined)).toBe(true);
  });
});

describe('a registry over TLS', () => {
  it('whose certificate does not hold is not asked, and not asked again', async () => {
    const tls = (name: string) => readFileSync(join(import.meta.dirname, '../../fixtures/tls', name));
    let asked = 0;
    const server = createTlsServer({ key: tls('localhost.key'), cert: tls('localhost.pem') }, (_, response) => {
      asked += 1;
      response.end();
    });
    let connections = 0;
    server.on('connection', () => (connections += 1));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanUp.push(() => new Promise((resolve) => server.close(() => resolve())));
    const from = `https://localhost:${(server.address() as AddressInfo).port}`;
    expect((await pullIn(downloadsIn(at.profile), 'big', from)).outcome).toMatchObject({
      code: 'egress_denied',
      detail: { reason: 'certificate' },
    });
    expect([asked, connections]).toEqual([0, 1]);
  });
});

function endless(response: ServerResponse): void {
  const more = (): unknown => response.destroyed || response.write(Buffer.alloc(65_536), () => setImmediate(more));
  more();
}
