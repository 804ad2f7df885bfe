import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { CloisterError } from '../../shared/errors.ts';
import { createCounters } from './counters.ts';
import { handle } from './handle.ts';
import { usualLimits } from './limits.ts';
import type { Gateway, GatewayAddress, GatewayDeps, GatewayLimits } from './types.ts';

/** The only place where it listens; there is no setting for another. */
const loopback = '127.0.0.1';

interface Listening {
  readonly server: Server;
  readonly stopping: AbortController;
  readonly address: GatewayAddress;
}

/** The door for other programs on this computer: HTTP on loopback, a token for each request, the one inference path behind it. */
export function createGateway(deps: GatewayDeps): Gateway {
  const limits = { ...usualLimits, ...deps.limits };
  let listening: Listening | null = null;
  return {
    get address() {
      return listening?.address ?? null;
    },
    async start(port) {
      if (listening !== null) throw new CloisterError('conflict', 'The gateway is open already.');
      const stopping = new AbortController();
      const server = serverWith(limits);
      const counters = createCounters();
      const host = await listen(server, port);
      const handling = { ...deps, limits, counters, host, stopping: stopping.signal };
      server.on('request', (request, response) => void handle(handling, request, response));
      // The go-ahead for a body is given once its sender is known.
      server.on('checkContinue', (request, response) => void handle(handling, request, response));
      server.on('clientError', refuse);
      listening = { server, stopping, address: { url: `http://${host}`, port: Number(host.split(':')[1]) } };
      return listening.address;
    },
    async stop() {
      const ending = listening;
      listening = null;
      if (ending === null) return;
      const closed = once(ending.server, 'close');
      ending.server.close();
      ending.stopping.abort();
      // Answers under way end with their entry in the record; who does not read on is not waited for.
      await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 500))]);
      ending.server.closeAllConnections();
      await closed;
    },
  };
}

function serverWith(limits: GatewayLimits): Server {
  const server = createServer({
    maxHeaderSize: limits.header,
    headersTimeout: Math.min(10_000, limits.request),
    requestTimeout: limits.request,
    keepAliveTimeout: 75_000,
    connectionsCheckingInterval: 1_000,
    noDelay: true,
  });
  server.maxHeadersCount = 64;
  server.maxConnections = limits.connections;
  return server;
}

async function listen(server: Server, port: number): Promise<string> {
  server.listen({ host: loopback, port, exclusive: true });
  try {
    await once(server, 'listening');
  } catch (thrown) {
    throw new CloisterError('conflict', `Port ${port} is taken by another program. Choose another one: --port`, {
      cause: thrown,
    });
  }
  return `${loopback}:${(server.address() as AddressInfo).port}`;
}

/** What is no HTTP is answered once, shortly, and hung up on. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
