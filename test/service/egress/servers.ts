import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const tlsFile = (name: string): string => readFileSync(join(import.meta.dirname, '../../fixtures/tls', name), 'utf8');

export const testAuthority = tlsFile('ca.pem');

export interface RunningServer {
  readonly port: number;
  /** Paths in the order they were asked for. */
  readonly asked: string[];
  close(): Promise<void>;
}

async function listen(server: Server, asked: string[]): Promise<RunningServer> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function noting(asked: string[], answer: RequestListener): RequestListener {
  return (request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  };
}

export function startServer(answer: RequestListener): Promise<RunningServer> {
  const asked: string[] = [];
  return listen(createServer(noting(asked, answer)), asked);
}

/** With a certificate of the test authority for `name`. */
export function startTlsServer(name: 'localhost' | 'other.example', answer: RequestListener): Promise<RunningServer> {
  const asked: string[] = [];
  return listen(
    createTlsServer({ key: tlsFile(`${name}.key`), cert: tlsFile(`${name}.pem`) }, noting(asked, answer)),
    asked,
  );
}
