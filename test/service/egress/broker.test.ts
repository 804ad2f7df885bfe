import type { RequestListener } from 'node:http';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { open as openFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { createEgressBroker } from '../../../electron/egress/index.ts';
import type { EgressBroker, EgressLease, EgressRequest } from '../../../electron/egress/types.ts';
import type { EgressStatus } from '../../../shared/contract/types.ts';
import { egressThread } from '../../fixtures/model-registry.ts';
import { startServer, startTlsServer, testAuthority, type RunningServer } from './servers.ts';

const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const each of cleanUp.splice(0).reverse()) await each();
});

async function serve(answer: RequestListener): Promise<RunningServer> {
  const server = await startServer(answer);
  cleanUp.push(() => server.close());
  return server;
}

const overTls: RequestListener = (_request, response) => response.end('over tls');

async function serveTls(name: 'localhost' | 'other.example', answer = overTls): Promise<RunningServer> {
  const server = await startTlsServer(name, answer);
  cleanUp.push(() => server.close());
  return server;
}

function trustTestAuthority(): void {
  const usual = getCACertificates('default');
  setDefaultCACertificates([...usual, testAuthority]);
  cleanUp.push(() => setDefaultCACertificates(usual));
}

const brokerHere = (options: { now?: () => Date; silence?: number } = {}): EgressBroker =>
  createEgressBroker({ thread: egressThread, ...options });

const readable = (body: AsyncIterable<Uint8Array>): ReadableStream =>
  Readable.toWeb(Readable.from(body, { objectMode: false })) as ReadableStream;

/** A lease whose answers read as those of `fetch` do. */
type Opened = EgressLease & { fetch(url: string, init?: EgressRequest): Promise<Response> };

function open(broker: EgressBroker, ...hosts: string[]): Opened {
  const lease = broker.open('model download', hosts);
  cleanUp.push(() => lease.close());
  return {
    ...lease,
    async fetch(url, init) {
      const answer = await lease.stream(url, init);
      return new Response(readable(answer.body), { status: answer.status });
    },
  };
}

const address = (server: RunningServer, path = '/'): string => `http://127.0.0.1:${server.port}${path}`;
const hostOf = (server: RunningServer): string => `127.0.0.1:${server.port}`;
const hello: RequestListener = (_request, response) => response.end('hello');
const redirectTo =
  (location: string, status = 302): RequestListener =>
  (_request, response) =>
    response.writeHead(status, { location }).end();

describe('the broker', () => {
  it('is closed until a lease is taken, and after it is closed', async () => {
    const server = await serve(hello);
    const broker = brokerHere({ now: () => new Date('2026-01-01T00:00:00Z') });
    const seen: EgressStatus[] = [];
    broker.onChange((status) => seen.push(status));
    expect(broker.status()).toEqual({ open: false, made: 0, refused: 0 });
    const lease = open(broker, hostOf(server));
    expect(broker.status().open).toBe(true);
    expect(await (await lease.fetch(address(server))).text()).toBe('hello');
    lease.close();
    await expect(lease.fetch(address(server))).rejects.toMatchObject({ code: 'egress_denied' });
    expect(broker.status()).toEqual({ open: false, made: 1, refused: 1 });
    expect(server.asked).toHaveLength(1);
    expect(broker.attempts()).toEqual([
      { at: '2026-01-01T00:00:00.000Z', host: hostOf(server), purpose: 'model download', allowed: true, bytes: 5 },
      { at: '2026-01-01T00:00:00.000Z', host: hostOf(server), purpose: 'model download', allowed: false, bytes: 0 },
    ]);
    expect(seen.at(-1)).toMatchObject({ open: false, refused: 1 });
  });

  it('keeps the leases of two purposes apart', async () => {
    const [one, two] = [await serve(hello), await serve(hello)];
    const broker = brokerHere();
    const first = open(broker, hostOf(one));
    const second = open(broker, hostOf(two));
    await expect(first.fetch(address(two))).rejects.toMatchObject({ code: 'egress_denied' });
    first.close();
    expect(broker.status().open).toBe(true);
    expect(await (await second.fetch(address(two))).text()).toBe('hello');
    expect(one.asked).toEqual([]);
  });

  it('never asks a host that is not listed, and says what it refused without the path', async () => {
    const server = await serve(hello);
    const broker = brokerHere();
    const lease = open(broker, '127.0.0.1:1');
    await expect(lease.fetch(address(server, '/secret?q=private'))).rejects.toMatchObject({
      code: 'egress_denied',
      detail: { host: hostOf(server), reason: 'private_address' },
    });
    expect(server.asked).toEqual([]);
    expect(JSON.stringify(broker.attempts())).not.toContain('private');
  });

  it('keeps the last attempts and counts all of them', async () => {
    const broker = brokerHere();
    const lease = open(broker, 'registry.example');
    for (let attempt = 0; attempt < 1100; attempt++)
      await lease.fetch(`https://h${attempt}.example/`).catch(() => undefined);
    expect(broker.attempts()).toHaveLength(1000);
    expect(broker.attempts()[0]?.host).toBe('h100.example');
    expect(broker.status().refused).toBe(1100);
  });

  it('follows no proxy of the environment', async () => {
    const proxy = await serve((_request, response) => response.end('from the proxy'));
    const server = await serve(hello);
    for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'NODE_USE_ENV_PROXY'])
      process.env[name] = name === 'NODE_USE_ENV_PROXY' ? '1' : address(proxy);
    cleanUp.push(() => {
      for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'NODE_USE_ENV_PROXY'])
        Reflect.deleteProperty(process.env, name);
    });
    expect(await (await open(brokerHere(), hostOf(server)).fetch(address(server))).text()).toBe('hello');
    expect(proxy.asked).toEqual([]);
  });
});

describe('redirects', () => {
  it.each([301, 302, 303, 307, 308])(
    'of kind %i are followed to a listed host, each hop written down',
    async (status) => {
      const target = await serve(hello);
      const server = await serve(redirectTo(address(target, '/blob'), status));
      const broker = brokerHere();
      const response = await open(broker, hostOf(server), hostOf(target)).fetch(address(server));
      expect(await response.text()).toBe('hello');
      expect(broker.attempts().map(({ host, allowed }) => [host, allowed])).toEqual([
        [hostOf(server), true],
        [hostOf(target), true],
      ]);
    },
  );

  it.each([
    ['a host that is not listed', (other: RunningServer) => address(other)],
    ['the same host by another name', (other: RunningServer) => `http://localhost:${other.port}/`],
    ['a scheme-relative address', (other: RunningServer) => `//127.0.0.1:${other.port}/`],
    ['an address with credentials', (other: RunningServer) => `http://user:word@127.0.0.1:${other.port}/`],
    ['plain HTTP elsewhere', () => 'http://registry.example/'],
    ['the cloud’s metadata', () => 'http://169.254.169.254/latest/meta-data'],
    ['a file', () => 'file:///etc/passwd'],
    ['nonsense', () => 'http://['],
  ])('to %s end there', async (_name, where) => {
    const other = await serve(hello);
    const server = await serve(redirectTo(where(other)));
    const broker = brokerHere();
    await expect(open(broker, hostOf(server)).fetch(address(server))).rejects.toMatchObject({ code: 'egress_denied' });
    expect(other.asked).toEqual([]);
    expect(broker.status()).toMatchObject({ made: 1, refused: 1 });
  });

  it('from TLS to plain HTTP end there, although both are listed', async () => {
    trustTestAuthority();
    const other = await serve(hello);
    const server = await serveTls('localhost', redirectTo(address(other)));
    const broker = brokerHere();
    const lease = open(broker, `localhost:${server.port}`, hostOf(other));
    await expect(lease.fetch(`https://localhost:${server.port}/`)).rejects.toMatchObject({
      code: 'egress_denied',
      detail: { host: hostOf(other), reason: 'downgrade' },
    });
    expect(other.asked).toEqual([]);
    expect(broker.status()).toMatchObject({ made: 1, refused: 1 });
  });

  it('to a file are refused by the name of their kind', async () => {
    const server = await serve(redirectTo('file:///etc/passwd'));
    await expect(open(brokerHere(), hostOf(server)).fetch(address(server))).rejects.toMatchObject({
      detail: { host: 'file:' },
    });
  });

  it('in a circle end', async () => {
    const server = await serve(redirectTo('/again'));
    await expect(open(brokerHere(), hostOf(server)).fetch(address(server))).rejects.toMatchObject({
      code: 'egress_denied',
      message: expect.stringContaining('without end') as string,
      detail: { reason: 'too_many_redirects' },
    });
    expect(server.asked.length).toBeLessThan(10);
  });

  it('carry a token to its own host only', async () => {
    const tokens: (string | undefined)[] = [];
    const noteToken: RequestListener = (request, response) => {
      tokens.push(request.headers.authorization);
      response.end();
    };
    const target = await serve(noteToken);
    const server = await serve((request, response) => {
      tokens.push(request.headers.authorization);
      const here = request.url === '/first';
      response.writeHead(302, { location: here ? '/second' : address(target) }).end();
    });
    await open(brokerHere(), hostOf(server), hostOf(target)).fetch(address(server, '/first'), {
      headers: { Authorization: 'Bearer token' },
    });
    expect(tokens).toEqual(['Bearer token', 'Bearer token', undefined]);
  });
});

describe('slow and broken servers', () => {
  /** Sends a first piece and then nothing. */
  const stall: RequestListener = (_request, response) => void response.write('first');

  it('an abort ends the request, and what came is counted', async () => {
    const server = await serve(stall);
    const broker = brokerHere();
    const controller = new AbortController();
    const response = await open(broker, hostOf(server)).fetch(address(server), { signal: controller.signal });
    const reader = response.body!.getReader();
    expect((await reader.read()).value).toHaveLength(5);
    controller.abort();
    await expect(reader.read()).rejects.toThrow();
    expect(broker.attempts()[0]).toMatchObject({ bytes: 5, allowed: true });
  });

  it('closing the lease ends what still runs', async () => {
    const gone = Promise.withResolvers<undefined>();
    const server = await serve((request, response) => {
      request.socket.once('close', () => gone.resolve(undefined));
      response.write('first');
    });
    const lease = open(brokerHere(), hostOf(server));
    const response = await lease.fetch(address(server));
    const reading = response.text();
    lease.close();
    await expect(reading).rejects.toThrow();
    await gone.promise;
  });

  it('a caller that reads no further holds the server back', async () => {
    let sent = 0;
    const server = await serve((_request, response) => {
      const send = (): void => {
        while (sent < 64 * 2 ** 20) {
          sent += 2 ** 20;
          if (!response.write(Buffer.alloc(2 ** 20))) return void response.once('drain', send);
        }
        response.end();
      };
      send();
    });
    const broker = brokerHere();
    const response = await open(broker, hostOf(server)).fetch(address(server));
    const reader = response.body!.getReader();
    await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(sent).toBeLessThan(32 * 2 ** 20);
    await reader.cancel();
  });

  it('one that says nothing for too long is given up; one whose reader takes its time is not', async () => {
    const server = await serve(stall);
    const lease = open(brokerHere({ silence: 150 }), hostOf(server));
    const answer = await lease.stream(address(server));
    const body = answer.body[Symbol.asyncIterator]();
    expect((await body.next()).value).toHaveLength(5);
    await new Promise((resolve) => setTimeout(resolve, 400));
    await expect(body.next()).rejects.toMatchObject({ code: 'timeout' });
  });

  it('one that ended a waiting connection is asked again over a new one', async () => {
    const server = await serve((request, response) => {
      response.setHeader('connection', 'keep-alive');
      response.end('hello', () => request.url === '/first' && setTimeout(() => request.socket.destroy(), 50));
    });
    const lease = open(brokerHere(), hostOf(server));
    expect(await (await lease.fetch(address(server, '/first'))).text()).toBe('hello');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await (await lease.fetch(address(server, '/second'))).text()).toBe('hello');
  });

  it('one that answers more than it was asked is not believed', async () => {
    const server = await serve((request) => {
      request.socket.write(
        'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil',
      );
    });
    const lease = open(brokerHere(), hostOf(server));
    for (let turn = 0; turn < 3; turn += 1) expect(await (await lease.fetch(address(server))).text()).toBe('hello');
  });

  it.each(['<html>no head</html>\r\n\r\n', `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(100_000)}\r\n`])(
    'a server that speaks something else is named as such: %#',
    async (words) => {
      const server = await serve((request) => request.socket.end(words));
      await expect(open(brokerHere(), hostOf(server)).fetch(address(server))).rejects.toMatchObject({
        code: 'not_available',
        message: expect.stringContaining('not HTTP') as string,
      });
    },
  );

  it('a server that hangs up is an error and not an empty answer', async () => {
    const server = await serve((request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('few');
      setTimeout(() => request.socket.destroy(), 20);
    });
    const response = await open(brokerHere(), hostOf(server)).fetch(address(server));
    await expect(response.arrayBuffer()).rejects.toThrow();
  });
});

describe('saving', () => {
  const bytes = randomBytes(3 * 2 ** 20);
  const folders: string[] = [];
  afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

  async function saved(answer: RequestListener, until = bytes.length) {
    const server = await serve(answer);
    const broker = brokerHere();
    const folder = mkdtempSync(join(tmpdir(), 'cloister-save-'));
    folders.push(folder);
    const file = await openFile(join(folder, 'body'), 'w+');
    const told: number[] = [];
    try {
      const response = await open(broker, hostOf(server)).stream(address(server));
      const kept = [{ start: 0, end: until, note: null }];
      const outcome = await response
        .save({ descriptor: file.fd, notes: null, from: 0, until, kept }, (done) => told.push(done))
        .catch((thrown: unknown) => thrown);
      return { outcome, told, content: readFileSync(join(folder, 'body')), broker };
    } finally {
      await file.close();
    }
  }

  it.each<[string, RequestListener]>([
    ['of a known length', (_, response) => response.setHeader('content-length', bytes.length).end(bytes)],
    [
      'in chunks',
      (_, response) => void (response.write(bytes.subarray(0, 70_000)), response.end(bytes.subarray(70_000))),
    ],
    [
      'until the connection ends',
      (request) => request.socket.end(Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\n\r\n'), bytes])),
    ],
  ])('puts a body %s into the file, and counts it', async (_, answer) => {
    const { outcome, told, content, broker } = await saved(answer);
    expect(outcome).toBeUndefined();
    expect(content.equals(bytes)).toBe(true);
    expect(told.at(-1)).toBe(bytes.length);
    expect(broker.attempts()[0]).toMatchObject({ bytes: bytes.length, allowed: true });
  });

  it('keeps what came when the line breaks', async () => {
    const { outcome, told, content } = await saved((request, response) => {
      response.setHeader('content-length', bytes.length).write(bytes.subarray(0, 100_000));
      setTimeout(() => request.socket.destroy(), 50);
    });
    expect(outcome).toBeInstanceOf(Error);
    expect(told.at(-1)).toBe(100_000);
    expect(content.equals(bytes.subarray(0, 100_000))).toBe(true);
  });

  it('ends at the first byte too much', async () => {
    const { outcome, content } = await saved((_, response) => response.end(bytes), 1000);
    expect(outcome).toMatchObject({ code: 'too_large' });
    expect(content.length).toBeLessThanOrEqual(1000);
  });
});

describe('certificates', () => {
  it('of a known authority for the right name are accepted', async () => {
    trustTestAuthority();
    const server = await serveTls('localhost');
    const lease = open(brokerHere(), `localhost:${server.port}`);
    expect(await (await lease.fetch(`https://localhost:${server.port}/`)).text()).toBe('over tls');
  });

  it.each(['unknown authority', 'another name'] as const)('are refused: %s', async (wrong) => {
    if (wrong === 'another name') trustTestAuthority();
    const server = await serveTls(wrong === 'another name' ? 'other.example' : 'localhost');
    const lease = open(brokerHere(), `localhost:${server.port}`);
    await expect(lease.fetch(`https://localhost:${server.port}/`)).rejects.toMatchObject({
      code: 'egress_denied',
      detail: { host: `localhost:${server.port}`, reason: 'certificate' },
    });
    expect(server.asked).toEqual([]);
  });

  it('are asked for also when the environment says not to', async () => {
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    cleanUp.push(() => void Reflect.deleteProperty(process.env, 'NODE_TLS_REJECT_UNAUTHORIZED'));
    const server = await serveTls('localhost');
    const lease = open(brokerHere(), `localhost:${server.port}`);
    await expect(lease.fetch(`https://localhost:${server.port}/`)).rejects.toThrow();
    expect(server.asked).toEqual([]);
  });
});
